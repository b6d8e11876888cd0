"""What the configuration says of the laboratory: what people call things and where they stand."""

from collections.abc import Mapping
from typing import Self

import msgspec

from daq.build.usage import build_usage
from daq.calibration.register import Register as Certificates
from daq.config.bus import SerialBus
from daq.config.certificates import register_of
from daq.config.config import Config
from daq.config.sink import InfluxSink, SinkConfig
from daq.usage.plan import Plan
from daq.web.data.watched import ListedAlarm, listed_alarms
from drivers.tomlfile import TomlError


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument as the configuration has it."""

    name: str
    title: str = ""
    room: str = ""
    bus: str = ""
    profile: str = ""
    asset: str = ""


class ListedBus(msgspec.Struct, frozen=True, kw_only=True):
    """One bus as the configuration has it: ``line`` is its port, or its address."""

    name: str
    line: str = ""


class ListedSink(msgspec.Struct, frozen=True, kw_only=True):
    """One sink as the configuration has it: its kind, and where it delivers to."""

    name: str
    kind: str = ""
    addresses: tuple[str, ...] = ()


class ListedProcedure(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure as the configuration has it."""

    name: str
    title: str = ""


class ListedRuns(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration says of runs: fields of a start that are needed; scanner's codes."""

    required: tuple[str, ...] = ()
    codes: Mapping[str, str] = {}


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The laboratory by the configuration: ``site`` is its name, ``title`` what people call it."""

    site: str
    title: str = ""
    instruments: tuple[Listed, ...] = ()
    buses: tuple[ListedBus, ...] = ()
    sinks: tuple[ListedSink, ...] = ()
    alarms: tuple[ListedAlarm, ...] = ()
    procedures: tuple[ListedProcedure, ...] = ()
    runs: ListedRuns = ListedRuns()
    methods: tuple[str, ...] = ()
    usage: Plan = Plan()

    @classmethod
    def of(cls, config: Config) -> Self:
        """What a configuration says."""
        return cls(
            site=config.site.name,
            title=config.site.title,
            usage=build_usage(config, _certificates(config)),
            instruments=tuple(
                Listed(
                    name=name,
                    title=item.title,
                    room=item.room,
                    bus=item.bus,
                    profile=item.profile,
                    asset=item.asset,
                )
                for name, item in config.instrument.items()
            ),
            buses=tuple(
                ListedBus(name=name, line=bus.port if isinstance(bus, SerialBus) else bus.address)
                for name, bus in config.bus.items()
            ),
            sinks=tuple(
                ListedSink(name=name, kind=sink.type, addresses=_addresses(sink))
                for name, sink in config.sink.items()
            ),
            alarms=listed_alarms(config.alarm),
            procedures=tuple(
                ListedProcedure(name=name, title=item.title)
                for name, item in config.procedure.items()
            ),
            methods=tuple(config.method),
            runs=ListedRuns(
                required=config.runs.required,
                codes={code: what for what, code in config.runs.codes},
            ),
        )

    def listed(self, name: str) -> Listed:
        """An instrument; bare when the configuration has none of that name (any more)."""
        return next((one for one in self.instruments if one.name == name), Listed(name=name))


def _addresses(sink: SinkConfig) -> tuple[str, ...]:
    if isinstance(sink, InfluxSink):
        return sink.addresses
    return tuple(f"{host}:{port}" for host, port in sink.brokers)


def _certificates(config: Config) -> Certificates:
    """What says how long calibrations last; a file that has just become wrong says nothing."""
    try:
        return register_of(config.calibration, config.instrument)
    except TomlError:
        return Certificates()
