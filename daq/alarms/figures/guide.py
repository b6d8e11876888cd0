"""Figures beside what the standards recommend. Pure.

ANSI/ISA-18.2-2016 and IEC 62682:2014, clause 16 (for one operator's position, as are the figures
of EEMUA 191): very likely acceptable are 150 alarms a day, 6 an hour and 1 in ten minutes on
average; at most 10 in any ten minutes; less than 1 % of hours with more than 30, of ten minutes
with more than 10, and of the time in flood; the ten most frequent make at most 5 %; nothing
chatters or is fleeting; fewer than 5 are stale.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.figures.figures import Figures

Unit: TypeAlias = Literal["count", "part"]
"""``part`` is of 1."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: its stable name, its value, the most that is recommended."""

    name: str
    value: float
    most: float
    unit: Unit = "count"

    @property
    def well(self) -> bool:
        """Whether it is as recommended."""
        return self.value <= self.most


def judged(found: Figures) -> Iterator[Judged]:
    """The figures for which there is a recommendation, in the order people read them."""
    rates = found.rates
    yield Judged(name="per_day", value=rates.per_day, most=150)
    yield Judged(name="per_hour", value=rates.per_hour, most=6)
    yield Judged(name="per_ten_minutes", value=rates.per_ten_minutes, most=1)
    yield Judged(name="peak_ten_minutes", value=rates.peak_ten_minutes, most=10)
    yield Judged(name="hours_above", value=rates.hours_above, most=0.01, unit="part")
    yield Judged(name="tens_above", value=rates.tens_above, most=0.01, unit="part")
    yield Judged(name="in_flood", value=rates.in_flood, most=0.01, unit="part")
    if found.top_part < 1:  # of ten alarms and fewer the most frequent are all there are
        yield Judged(name="top_part", value=found.top_part, most=0.05, unit="part")
    yield Judged(name="chattering", value=len(found.chattering), most=0)
    yield Judged(name="fleeting", value=len(found.fleeting), most=0)
    yield Judged(name="standing", value=len(found.standing), most=4)
