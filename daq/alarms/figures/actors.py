"""Which alarms make most of the work, and what their priorities are. Pure.

ANSI/ISA-18.2-2016 and IEC 62682:2014, clause 16: the ten most frequent alarms should make no more
than 1 to 5 % of all; of four priorities the parts should be about 80, 15, 5 and less than 1 %.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from daq.alarms.figures.annunciation import Annunciation

MOST = 10
"""How many are bad actors."""

RECOMMENDED = {"critical": 0.01, "high": 0.05, "medium": 0.15, "low": 0.80}
"""The part of all alarms each priority should have; of ``critical`` at most that."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: how often it was told, and its part (0 to 1) of all."""

    alarm: str
    priority: str
    count: int
    part: float


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One priority: its part (0 to 1) of all that was told, and what is recommended."""

    priority: str
    count: int
    part: float
    recommended: float


def bad_actors(told: Sequence[Annunciation]) -> tuple[Actor, ...]:
    """The ten alarms told most often, the most frequent first; of equals by name."""
    counts = Counter(each.alarm for each in told)
    priorities = {each.alarm: each.priority for each in told}
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return tuple(
        Actor(alarm=name, priority=priorities[name], count=count, part=count / len(told))
        for name, count in most
    )


def shares(told: Sequence[Annunciation]) -> tuple[Share, ...]:
    """What part of all each priority has; 0 where nothing was told."""
    counts = Counter(each.priority for each in told)
    return tuple(
        Share(
            priority=priority,
            count=counts[priority],
            part=counts[priority] / len(told) if told else 0.0,
            recommended=recommended,
        )
        for priority, recommended in RECOMMENDED.items()
    )
