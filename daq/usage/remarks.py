"""What a reader of the figures must know of how they came about. Pure."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from daq.usage.account import Account
from daq.usage.energy import HOUR
from daq.usage.month import Month
from daq.usage.stretches import length
from daq.usage.timeline import of_state


class Remark(msgspec.Struct, frozen=True):
    """A key of words, and what is put in; ``instrument`` is empty where it is about all."""

    key: str
    instrument: str = ""
    value: str = ""


SAID = {
    "preliminary": "the month is not over: all of this is preliminary",
    "unknown": "{instrument}: nobody saw what it did for {value} h; they count as not running",
    "unmetered": "{instrument}: for {value} h nothing is known of its energy; none is counted",
    "exchanged": "{instrument}: its counter began anew {value} times; what lies between is missing",
    "unpriced": "{instrument}: {value} kWh have no tariff and cost nothing",
}
"""In English; the page and reports have their own words for the same keys."""


def remarks(month: Month) -> Iterator[Remark]:
    """All of a month."""
    if not month.whole:
        yield Remark("preliminary")
    for one in month.accounts:
        yield from _of(one, priced=bool(month.plan.currency))


def _of(one: Account, *, priced: bool) -> Iterator[Remark]:
    name = one.item.name
    unknown = length(of_state(one.lasting, "unknown"))
    for key, time in (("unknown", unknown), ("unmetered", one.unmetered)):
        if shown := _hours(time):
            yield Remark(key, name, shown)
    if one.exchanges:
        yield Remark("exchanged", name, str(len(one.exchanges)))
    if priced and one.unpriced:
        yield Remark("unpriced", name, f"{one.unpriced:f}")


def _hours(time: int) -> str:
    """With a decimal; nothing where that would say nothing."""
    hours = round(Decimal(time) / HOUR, 1)
    return f"{hours}" if hours else ""
