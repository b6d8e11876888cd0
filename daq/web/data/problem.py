"""What is wrong with an instrument, the gravest thing first. Pure."""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Literal, TypeAlias

import msgspec

from daq.control.status import BusStatus, InstrumentStatus
from daq.web.data.reading import Group
from drivers.model import Quality

Kind: TypeAlias = Literal[
    "bus-stuck",
    "bus-lost",
    "silent",
    "fault",
    "overdue",
    "never",
    "unread",
    "bad",
    "uncertain",
    "bus-heavy",
    "bus-late",
    "unanswered",
    "unanswered-all",
    "sink-away",
    "refused",
    "behind",
    "journal-sick",
    "journal-filling",
    "disk-filling",
    "given-up",
]

OVERDUE_INTERVALS = 3.0
OVERDUE_SECONDS = 3.0
"""A scan is overdue after so many intervals, and so many seconds more for its way to the page."""

_NS = 1e9


class Level(IntEnum):
    """How much an instrument needs a look, by colour and order; the words are the problem's."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong. ``since`` is ns since 1970 UTC, 0 when not known.

    ``reason`` is a reason of a status (``over range``), a state (``refusing``) or a number,
    ``about`` a channel, bus or instrument, ``detail`` what the daemon says itself, in its own
    words.
    """

    kind: Kind
    level: Level = Level.BAD
    since: int = 0
    reason: str = ""
    about: str = ""
    detail: str = ""


def problems(
    status: InstrumentStatus | None,
    bus: BusStatus | None,
    groups: Sequence[Group],
    now: int,
) -> tuple[Problem, ...]:
    """Everything that is wrong, the gravest first; ``now`` is ns since 1970 UTC."""
    found = [*_of_bus(bus), *_of_instrument(status, now)]
    if not found:
        found += _of_time(groups, now)
    if not any(problem.kind in ("bus-lost", "fault") for problem in found):
        found += _of_readings(groups)
    return tuple(found)


def _of_bus(bus: BusStatus | None) -> Iterator[Problem]:
    if bus is None:
        return
    if bus.stuck:
        yield Problem(kind="bus-stuck", about=bus.name)
    if bus.state == "lost":
        yield Problem(kind="bus-lost", about=bus.name, since=bus.since, detail=bus.trouble)


def _of_instrument(status: InstrumentStatus | None, now: int) -> Iterator[Problem]:
    if status is None:
        return
    if status.state in ("silent", "refusing"):
        yield Problem(kind="fault", reason=status.state, since=status.since, detail=status.trouble)
    elif status.silent:
        yield Problem(kind="silent", since=now - int(status.silent * _NS))


def _of_time(groups: Sequence[Group], now: int) -> Iterator[Problem]:
    if not groups:
        yield Problem(kind="unread")
    for group in groups:
        if not group.time:
            yield Problem(kind="never", about=group.name)
        elif now - group.time > (OVERDUE_INTERVALS * group.interval + OVERDUE_SECONDS) * _NS:
            yield Problem(kind="overdue", about=group.name, since=group.time)


def _of_readings(groups: Sequence[Group]) -> list[Problem]:
    found = [
        Problem(
            kind="bad" if level is Level.BAD else "uncertain",
            level=level,
            reason=reading.status.reason,
            about=reading.channel.name,
            since=reading.since,
        )
        for group in groups
        for reading in group.readings
        if (level := LEVELS[reading.status.quality]) is not Level.GOOD
    ]
    return sorted(found, key=lambda problem: -problem.level)


LEVELS = {
    Quality.GOOD: Level.GOOD,
    Quality.UNCERTAIN: Level.UNCERTAIN,
    Quality.BAD: Level.BAD,
}
"""What the quality of a reading means for its instrument."""
