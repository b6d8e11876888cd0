"""The parts of a configuration that are valid by themselves."""

from collections.abc import Iterator, Mapping

import msgspec

from daq.config.alarm import AlarmConfig
from daq.config.annunciator import AnnunciatorConfig
from daq.config.bus import SerialBus, TcpBus
from daq.config.calibration import CalibrationConfig
from daq.config.catalogue import Catalogue, ProfileFacts
from daq.config.health import HealthConfig
from daq.config.incident import IncidentConfig, ProcedureConfig
from daq.config.instrument import InstrumentConfig
from daq.config.journal import JournalConfig
from daq.config.method import MethodConfig
from daq.config.metrics import MetricsConfig
from daq.config.programme import ProgrammeConfig
from daq.config.recipient import RecipientConfig, ShiftConfig
from daq.config.sink import InfluxSink, MqttSink
from daq.config.templates import Templated
from daq.config.usage import CostConfig, UsageConfig, UtilisationConfig
from daq.config.web import WebConfig
from drivers.errors import ProfileError


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What can be checked, although other parts of the file may be wrong.

    ``bus_names`` are all buses of the file, ``used_buses`` all that anything names, so that
    a bus with a wrong key is not also reported as missing, or one of a wrong instrument as unused.
    ``alarm_names``, ``instrument_names``, ``recipient_names``, ``shift_names`` and ``usage_names``
    are all tables of those, for the same reason; ``templated`` are the alarms that profiles make,
    those that are valid among ``alarms``.
    """

    catalogue: Catalogue
    bus_names: tuple[str, ...]
    used_buses: frozenset[str]
    buses: Mapping[str, SerialBus | TcpBus]
    instruments: Mapping[str, InstrumentConfig]
    instrument_names: frozenset[str] = frozenset()
    sinks: Mapping[str, MqttSink | InfluxSink]
    journal: JournalConfig | None = None
    metrics: MetricsConfig | None = None
    alarms: Mapping[str, AlarmConfig] = {}
    alarm_names: frozenset[str] = frozenset()
    templated: Mapping[str, Templated] = {}
    incidents: Mapping[str, IncidentConfig] = {}
    procedures: Mapping[str, ProcedureConfig] = {}
    methods: Mapping[str, MethodConfig] = {}
    annunciators: Mapping[str, AnnunciatorConfig] = {}
    programmes: Mapping[str, ProgrammeConfig] = {}
    web: WebConfig | None = None
    health: HealthConfig | None = None
    calibration: CalibrationConfig | None = None
    recipients: Mapping[str, RecipientConfig] = {}
    recipient_names: frozenset[str] = frozenset()
    shifts: Mapping[str, ShiftConfig] = {}
    shift_names: frozenset[str] = frozenset()
    time_zone_given: bool = False
    utilisation: UtilisationConfig | None = None
    usage: Mapping[str, UsageConfig] = {}
    usage_names: frozenset[str] = frozenset()
    cost: CostConfig | None = None

    def place(self, alarm: str) -> tuple[str | int, ...]:
        """Where the keys of an alarm stand: in its table, or at the instrument that made it."""
        made = self.templated.get(alarm)
        return ("alarm", alarm) if made is None else made.path

    def facts(self, instrument: InstrumentConfig) -> ProfileFacts | None:
        """What is known of an instrument's profile; None when it cannot be loaded."""
        try:
            return self.catalogue.facts(instrument.profile)
        except ProfileError:
            return None

    def on_bus(self, name: str) -> Iterator[tuple[str, InstrumentConfig, ProfileFacts]]:
        """The instruments of a bus whose profiles can be loaded."""
        for key, instrument in self.instruments.items():
            facts = self.facts(instrument) if instrument.bus == name else None
            if facts is not None:
                yield key, instrument, facts
