"""What a link says of an instrument: which one, which channels, over which period. Pure."""

from collections.abc import Sequence

import msgspec

from daq.plot.past import POINTS
from daq.web.data.lab import Instrument, instrument
from daq.web.data.period import Period
from daq.web.errors import WrongLinkError
from daq.web.visit import Visit

FIRST = 6
"""Channels drawn unless the link says which."""

MOST = 40
"""Channels drawn at once."""

QUICK = ("-15min", "-1h", "-8h", "-1d", "-7d", "-30d")
"""Periods one click away."""

ALL = "all"


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """``channels`` are those drawn, ``there`` all that could be, ``group.channel`` each."""

    period: Period
    channels: tuple[str, ...]
    there: tuple[str, ...]

    @property
    def step(self) -> float:
        """Seconds after which it is worth looking at the period again: there is a new point."""
        return min(max(self.period.seconds / POINTS, 2.0), 60.0)


def wanted(visit: Visit) -> Instrument:
    """The instrument a link names.

    Raises:
        WrongLinkError: nothing knows one of that name.
    """
    name = visit.path["name"]
    found = instrument(visit.snapshot, name)
    if found is None:
        raise WrongLinkError("instrument", name=name[:60])
    return found


def choices(visit: Visit, one: Instrument) -> Choices:
    """What a link says.

    Raises:
        WrongLinkError: it says a time that is none.
    """
    start, end = visit.choice("from", QUICK[0]), visit.choice("to", "now")
    period = Period.of(start, end, visit.now)
    there = tuple(
        f"{group.name}.{reading.channel.name}"
        for group in one.groups
        for reading in group.readings
        if reading.channel.kind != "text"
    )
    return Choices(period=period, channels=_chosen(visit, there), there=there)


def _chosen(visit: Visit, there: Sequence[str]) -> tuple[str, ...]:
    said = visit.choices.get("channel", ())
    if ALL in said:
        return tuple(there[:MOST])
    # Also what is not read any more: the journal may have it.
    kept = tuple(dict.fromkeys(name for name in said if name))[:MOST]
    return kept or tuple(there[:FIRST])
