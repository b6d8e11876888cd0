"""What an instrument did in a period, for whom, and what it cost. Plain data."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from daq.usage.plan import Item, State
from daq.usage.stretches import Stretch
from daq.usage.timeline import Lasting

Kind: TypeAlias = Literal["hours", "energy", "consumables", "depreciation", "calibration"]

KINDS: tuple[Kind, ...] = ("hours", "energy", "consumables", "depreciation", "calibration")

UNITS: Mapping[Kind, str] = {
    "hours": "h",
    "energy": "kWh",
    "consumables": "samples",
    "depreciation": "months",
    "calibration": "days",
}
"""The unit of the quantity of each kind of cost."""

DIGITS: Mapping[Kind, int] = {
    "hours": 4,
    "energy": 3,
    "consumables": 0,
    "depreciation": 4,
    "calibration": 4,
}
"""The decimals a quantity is told with; it has more."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a period for one cost centre and one run; ``run`` is empty outside of runs.

    ``times`` and ``planned`` are ns of each state, those of all cells add up to the period and to
    its planned part. ``energy`` is kWh. ``amounts`` are in the currency, ``quantities`` in the
    units of ``UNITS``.
    """

    centre: str
    run: str
    times: Mapping[State, int]
    planned: Mapping[State, int]
    energy: Decimal = Decimal(0)
    samples: int = 0
    amounts: Mapping[Kind, Decimal] = {}
    quantities: Mapping[Kind, Decimal] = {}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An item in a period, up to now where it is not over.

    ``unmetered`` are the ns of which nothing is known of its energy, although somebody was to
    measure it; ``exchanges`` are when a register of energy began anew; ``unpriced`` kWh have no
    tariff.
    """

    item: Item
    period: Stretch
    lasting: tuple[Lasting, ...]
    cells: tuple[Cell, ...]
    failures: int = 0
    unmetered: int = 0
    exchanges: tuple[int, ...] = ()
    unpriced: Decimal = Decimal(0)
