"""Prepackages of one nominal quantity: tolerable deficiency and sampling plan. Pure.

Measures for the Metrological Supervision and Administration of Prepackaged Goods (AQSIQ order
75/2005), tables 3 and 4, which JJF 1070-2005 applies and which follow OIML R 87:2004, tables 1 and
2. The factor is t(0.995, n - 1) / sqrt(n). That the uncertainty of a measurement may be 0.2 T at
most is JJF 1070-2005, 5.2, from memory.
"""

import math

import msgspec

UNITS = ("g", "mL")
"""Units (UCUM) the table of deficiencies is in."""

LARGEST = 50_000.0
KILO = 1000.0
ACCURACY = 0.2

_DEFICIENCIES: tuple[tuple[float, float, bool], ...] = (
    (50, 9, True),
    (100, 4.5, False),
    (200, 4.5, True),
    (300, 9, False),
    (500, 3, True),
    (1000, 15, False),
    (10_000, 1.5, True),
    (15_000, 150, False),
    (LARGEST, 1, True),
)
"""Up to a nominal quantity (g or mL) so many per cent (True), or so much."""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """Samples to take of a lot, the factor of s for the mean, and how many may be short.

    ``factor`` is None where the mean is not looked at. ``short`` samples may fall short by more
    than T and up to 2 T, none by more.
    """

    count: int
    factor: float | None
    short: int


_PLANS: tuple[tuple[int, Plan], ...] = (
    (50, Plan(10, 1.028, 0)),
    (99, Plan(13, 0.848, 1)),
    (500, Plan(50, 0.379, 3)),
    (3200, Plan(80, 0.295, 5)),
)
_SMALL = 10
_LARGE = Plan(125, 0.234, 7)


def tolerable_deficiency(nominal: float) -> float:
    """T for a nominal quantity, both in g or both in mL; rounded to 0.1, above 1000 to 1.

    Rounded up, as a note of OIML R 87:2004, table 1, has it (from memory); the Chinese table only
    says that it is rounded.

    Raises:
        ValueError: the table does not go so far.
    """
    if not 0 < nominal <= LARGEST:
        raise ValueError(f"there are deficiencies for more than 0 up to {LARGEST:g} only")
    _, amount, relative = next(row for row in _DEFICIENCIES if nominal <= row[0])
    exact = nominal * amount / 100 if relative else amount
    steps = 1.0 if nominal > KILO else 10.0
    return math.ceil(round(exact * steps, 9)) / steps


def plan_for(lot: int) -> Plan:
    """The sampling plan for a lot of so many prepackages; of ten or fewer all are taken."""
    if lot <= _SMALL:
        return Plan(lot, None, 0)
    return next((plan for most, plan in _PLANS if lot <= most), _LARGE)
