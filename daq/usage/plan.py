"""What a laboratory wants to know of its instruments, and at which rates. Plain data.

Times are ns since 1970 UTC, durations ns. Money is ``decimal.Decimal``, in the one currency.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from daq.notification.recipient import Shift
from drivers.model import Value

State: TypeAlias = Literal["running", "idle", "off", "fault", "unknown"]

STATES: tuple[State, ...] = ("running", "idle", "off", "fault", "unknown")
"""As reports list them. ``unknown`` is what nobody saw: no daemon ran, or nothing was read."""


class Source(msgspec.Struct, frozen=True):
    """A channel of an instrument; of this scan group, or of any when ``group`` is empty."""

    instrument: str
    channel: str
    group: str = ""


class ByChannel(msgspec.Struct, frozen=True, kw_only=True):
    """Holds while a channel is above, below, between, or one of some values.

    It ceases to hold when the value is beyond a limit by ``dead_band``. Stretches shorter than
    ``on_delay`` do not count, and pauses shorter than ``off_delay`` do not interrupt.
    """

    source: Source
    above: float | None = None
    below: float | None = None
    values: tuple[Value, ...] = ()
    dead_band: float = 0.0
    on_delay: int = 0
    off_delay: int = 0


class ByAlarm(msgspec.Struct, frozen=True):
    """Holds while an alarm does."""

    alarm: str


class ByRuns(msgspec.Struct, frozen=True):
    """Holds while a run with the instrument goes on and does not rest."""


Rule: TypeAlias = ByChannel | ByAlarm | ByRuns


class Counter(msgspec.Struct, frozen=True):
    """A register of energy; ``rollover`` is where it begins anew at 0, in the channel's unit."""

    source: Source
    rollover: float | None = None


class Power(msgspec.Struct, frozen=True):
    """A channel of electric power."""

    source: Source


class Modelled(msgspec.Struct, frozen=True):
    """So much power (kW) in each state; none where there is no number."""

    kilowatts: Mapping[State, Decimal]


Energy: TypeAlias = Counter | Power | Modelled


class Depreciation(msgspec.Struct, frozen=True):
    """A straight line from ``value`` to ``residual`` in so many months from a day on."""

    value: Decimal
    months: int
    begin: date
    residual: Decimal = Decimal(0)


class Calibrated(msgspec.Struct, frozen=True):
    """What one calibration costs, and the days from one to the next."""

    price: Decimal
    days: int


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What instruments cost from a day on: per hour of a state, per run, per sample of a run.

    ``instruments`` are those it is meant for; all of them when there are none.
    """

    name: str
    begin: date
    instruments: frozenset[str] = frozenset()
    hour: Mapping[State, Decimal] = {}
    run: Decimal = Decimal(0)
    sample: Decimal = Decimal(0)


class Band(msgspec.Struct, frozen=True):
    """A price of a kWh while one of these shifts is."""

    shifts: tuple[Shift, ...]
    price: Decimal


class Tariff(msgspec.Struct, frozen=True):
    """The price of a kWh from a day on; that of the first band the moment is in, if any."""

    name: str
    begin: date
    price: Decimal
    bands: tuple[Band, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument, or something that only others measure.

    ``meters`` are what stands for it in runs when it is no instrument itself: those that measure
    it. ``bus`` is the bus it is on, empty for none; ``off_when_silent`` says that one that does not
    answer is switched off. ``planned`` are the shifts it is meant to be used in; None: always.
    """

    name: str
    title: str = ""
    room: str = ""
    asset: str = ""
    centre: str = ""
    bus: str = ""
    instrument: bool = True
    meters: frozenset[str] = frozenset()
    off_when_silent: bool = False
    running: Rule = ByRuns()
    off: Rule | None = None
    fault: Rule | None = None
    planned: tuple[Shift, ...] | None = None
    energy: Energy | None = None
    depreciation: Depreciation | None = None
    calibration: Calibrated | None = None

    def takes_part(self, instruments: Iterable[str]) -> bool:
        """Whether a run with these instruments is one with it."""
        return not (self.meters | {self.name}).isdisjoint(instruments)

    @property
    def rules(self) -> dict[State, Rule]:
        """The rules there are, by the state they say."""
        wanted: dict[State, Rule | None] = {
            "running": self.running,
            "off": self.off,
            "fault": self.fault,
        }
        return {state: rule for state, rule in wanted.items() if rule is not None}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``fault_after`` is how long something is at fault before it counts as such."""

    items: tuple[Item, ...] = ()
    zone: tzinfo = UTC
    closed: frozenset[date] = frozenset()
    fault_after: int = 60 * 1_000_000_000
    site: str = ""
    currency: str = ""
    digits: int = 2
    rates: tuple[Rate, ...] = ()
    tariffs: tuple[Tariff, ...] = ()

    def item(self, name: str) -> Item | None:
        """The item of this name."""
        return next((item for item in self.items if item.name == name), None)
