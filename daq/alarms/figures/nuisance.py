"""Alarms that teach people to look away: chattering, fleeting, standing. Pure.

The words are those of ANSI/ISA-18.2-2016, clause 3.1, and IEC 62682:2014: a *chattering* alarm
goes to and fro between its states again and again, a *fleeting* one goes away soon and does not
come back at once, a *stale* (standing) one remains for so long that it tells nothing any more.
The standards leave the times open; taken are those that practice begins with: three times in a
minute (PAS, Taming the Wild Alarm System, part 3), and 24 hours. A fleeting alarm is over before
anybody could have done something about it: within the same minute.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from daq.alarms.figures.annunciation import Annunciation

MINUTE = 60_000_000_000

OFTEN = 3
"""Times within a minute that make an alarm chattering."""

SHORT = MINUTE
"""An alarm that is over sooner is fleeting, unless it chatters."""

LONG = 24 * 60 * MINUTE
"""An alarm that stands for longer is stale."""


class Chattering(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: how many of its annunciations were within bursts, and the most in a minute."""

    alarm: str
    count: int
    bursts: int
    most_in_a_minute: int


class Fleeting(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: how often it was over within a minute without chattering."""

    alarm: str
    count: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that stood for more than 24 h; ``until`` is 0 while it stands still."""

    alarm: str
    priority: str
    since: int
    until: int
    seconds: float


def chattering(told: Sequence[Annunciation]) -> tuple[Chattering, ...]:
    """The alarms told three times or more within a minute, the worst first."""
    found = [_chattering(name, times) for name, times in _times(told)]
    return tuple(sorted((each for each in found if each.count), key=lambda each: -each.count))


def fleeting(told: Sequence[Annunciation]) -> tuple[Fleeting, ...]:
    """The alarms that came and went within a minute, the most frequent first."""
    bursts = {name: _in_bursts(times) for name, times in _times(told)}
    counts = {
        name: sum(_is_short(each) and each.time not in bursts[name] for each in group)
        for name, group in _by_alarm(told)
    }
    found = [Fleeting(alarm=name, count=count) for name, count in counts.items() if count]
    return tuple(sorted(found, key=lambda each: -each.count))


def standing(told: Iterable[Annunciation], start: int, end: int) -> tuple[Standing, ...]:
    """What had stood for more than 24 h at some moment of the period, the longest first.

    ``told`` has what was told before the period as well.
    """
    found = [_standing(each, end) for each in told if each.time < end]
    stale = [
        each
        for each in found
        if each.seconds * 1e9 > LONG and (each.until or end) > max(start, each.since + LONG)
    ]
    return tuple(sorted(stale, key=lambda each: -each.seconds))


def _standing(told: Annunciation, end: int) -> Standing:
    """As it was at ``end``."""
    until = told.ended if told.ended < end else 0
    return Standing(
        alarm=told.alarm,
        priority=told.priority,
        since=told.time,
        until=until,
        seconds=((until or end) - told.time) / 1e9,
    )


def _is_short(told: Annunciation) -> bool:
    return bool(told.returned) and told.returned - told.time < SHORT


def _by_alarm(told: Sequence[Annunciation]) -> Iterator[tuple[str, list[Annunciation]]]:
    ordered = sorted(told, key=lambda each: (each.alarm, each.time))
    for name, group in groupby(ordered, key=lambda each: each.alarm):
        yield name, list(group)


def _times(told: Sequence[Annunciation]) -> Iterator[tuple[str, list[int]]]:
    for name, group in _by_alarm(told):
        yield name, [each.time for each in group]


def _chattering(name: str, times: Sequence[int]) -> Chattering:
    within = sorted(_in_bursts(times))
    begins = [
        time for before, time in zip([None, *within], within, strict=False) if _apart(before, time)
    ]
    return Chattering(
        alarm=name,
        count=sum(time in within for time in times),
        bursts=len(begins),
        most_in_a_minute=max((len(each) for each in _minutes(times)), default=0),
    )


def _apart(before: int | None, time: int) -> bool:
    return before is None or time - before >= MINUTE


def _in_bursts(times: Sequence[int]) -> frozenset[int]:
    """The times that are among three or more within less than a minute."""
    return frozenset(time for part in _minutes(times) if len(part) >= OFTEN for time in part)


def _minutes(times: Sequence[int]) -> Iterator[Sequence[int]]:
    """For each time those of the minute that begins with it; times ascend."""
    last = 0
    for first, time in enumerate(times):
        last = max(last, first)
        while last < len(times) and times[last] - time < MINUTE:
            last += 1
        yield times[first:last]
