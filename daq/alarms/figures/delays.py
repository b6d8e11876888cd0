"""How long it takes until an alarm is found, told and taken charge of. Pure."""

import math
import statistics
from collections.abc import Iterable, Sequence

import msgspec

from daq.alarms.figures.annunciation import Annunciation


class Delays(msgspec.Struct, frozen=True, kw_only=True):
    """Some delays in seconds; all 0 when there are none. ``most`` is not exceeded by 95 %."""

    count: int = 0
    mean: float = 0.0
    median: float = 0.0
    most: float = 0.0
    longest: float = 0.0


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """From the reading with which the condition began to hold to what followed.

    ``raised`` is the reading at which it was raised: what ``on_delay`` asks for. ``noticed`` is
    when the daemon had judged that reading and journalled it, from where page, topics and
    annunciators have it. ``sent`` is when the first message of it had gone to somebody.
    ``acknowledged`` is when somebody took charge.
    """

    raised: Delays
    noticed: Delays
    sent: Delays
    acknowledged: Delays


def delays(seconds: Iterable[float]) -> Delays:
    """Average, median, nearest-rank 95th percentile and longest of some delays."""
    found = sorted(seconds)
    if not found:
        return Delays()
    return Delays(
        count=len(found),
        mean=statistics.fmean(found),
        median=statistics.median(found),
        most=found[math.ceil(0.95 * len(found)) - 1],
        longest=found[-1],
    )


def to_acknowledge(told: Sequence[Annunciation]) -> Delays:
    """From the moment people were told; what was raised again meanwhile counts once."""
    return delays(
        _seconds(each.time, each.acknowledged)
        for each in told
        if each.acknowledged and not each.renewed
    )


def unacknowledged(told: Sequence[Annunciation]) -> int:
    """How many nobody took charge of, shelved or had put away; once for those raised again."""
    return sum(not (each.acknowledged or each.hidden or each.renewed) for each in told)


def detection(told: Sequence[Annunciation]) -> Detection:
    """The delays of those of which the beginning is known."""
    known = [each for each in told if each.began]
    acknowledged = [each for each in known if each.acknowledged and not each.renewed]
    return Detection(
        raised=delays(_seconds(each.began, each.time) for each in known),
        noticed=delays(_seconds(each.began, each.noticed) for each in known if each.noticed),
        sent=delays(_seconds(each.began, each.sent) for each in known if each.sent),
        acknowledged=delays(_seconds(each.began, each.acknowledged) for each in acknowledged),
    )


def _seconds(start: int, end: int) -> float:
    """A clock that was set back must not make a delay negative."""
    return max(end - start, 0) / 1e9
