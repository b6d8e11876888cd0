"""Figures beside what the standards recommend. Pure.

The metrics of clause 16 of ANSI/ISA-18.2 and IEC 62682:2014, for one operator's position: 144
alarms a day (IEC 62682; about 150 in ISA-18.2-2009, left out of the edition of 2016), 6 an hour and
1 in ten minutes on average, "very likely to be acceptable" in EEMUA 191; at most 10 in any ten
minutes; less than 1 % of hours with more than 30, of ten minutes with more than 10, and of the time
in flood; the ten most frequent make 1 to 5 %; nothing chatters or is fleeting; fewer than 5 are
stale.

The standards look at 30 days and more. What a period is too short to tell is not judged: an average
over a time that it does not have would be made up, and where one hour, or each alarm once, is more
than the part that is recommended, nothing could be as it should be.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.figures.actors import MOST
from daq.alarms.figures.figures import Figures

Unit: TypeAlias = Literal["count", "part"]
"""``part`` is of 1."""

TEN_MINUTES, HOUR, DAY = 600, 3600, 86_400


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: its stable name, its value, the most that is recommended.

    ``known`` says whether the period is long enough, and has alarms enough, to tell.
    """

    name: str
    value: float
    most: float
    unit: Unit = "count"
    known: bool = True

    @property
    def well(self) -> bool:
        """Whether it is as recommended."""
        return self.value <= self.most


def judged(found: Figures) -> Iterator[Judged]:
    """The figures for which there is a recommendation, in the order people read them."""
    return (one for one in compared(found) if one.known)


def unjudged(found: Figures) -> Iterator[str]:
    """The names of those that the period does not tell."""
    return (one.name for one in compared(found) if not one.known)


def compared(found: Figures) -> Iterator[Judged]:
    """All of them, known or not."""
    yield from _averages(found)
    rates = found.rates
    yield Judged(name="peak_ten_minutes", value=rates.peak_ten_minutes, most=10)
    yield _part("hours_above", rates.hours_above, 0.01, one=HOUR / rates.seconds)
    yield _part("tens_above", rates.tens_above, 0.01, one=TEN_MINUTES / rates.seconds)
    yield _part("in_flood", rates.in_flood, 0.01, one=TEN_MINUTES / rates.seconds)
    yield _part("top_part", found.top_part, 0.05, one=MOST / max(rates.count, 1))
    yield Judged(name="chattering", value=len(found.chattering), most=0)
    yield Judged(name="fleeting", value=len(found.fleeting), most=0)
    yield Judged(name="standing", value=len(found.standing), most=4)


def _averages(found: Figures) -> Iterator[Judged]:
    """Alarms in a time that the period has, at least once."""
    rates = found.rates
    for name, value, most, time in (
        ("per_day", rates.per_day, 144, DAY),
        ("per_hour", rates.per_hour, 6, HOUR),
        ("per_ten_minutes", rates.per_ten_minutes, 1, TEN_MINUTES),
    ):
        yield Judged(name=name, value=value, most=most, known=rates.seconds >= time)


def _part(name: str, value: float, most: float, *, one: float) -> Judged:
    """``one`` is the least part that is not none."""
    return Judged(name=name, value=value, most=most, unit="part", known=one <= most)
