"""Rounding of measured values to a number of decimals. Pure.

Two rules are in use (ISO 80000-1:2022, annex B, from memory): A takes the even last digit where a
value lies in the middle, as GB/T 8170-2008 does; B takes the larger one. Both round the decimal
number that is shown, not the binary one that stands for it: 2.675 is in the middle.
"""

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from daq.method.words import Rounding

_MODES = {"half-even": ROUND_HALF_EVEN, "half-up": ROUND_HALF_UP}
_DIGITS = 15
"""Significant digits a binary number has for sure."""


def rounded(value: float, decimals: int | None, rule: Rounding = "half-even") -> float:
    """A value with so many decimals; unchanged without, or where it is not finite."""
    if decimals is None or not math.isfinite(value):
        return value
    shown = Decimal(f"{value:.{_DIGITS}g}")
    return float(shown.quantize(Decimal(1).scaleb(-decimals), rounding=_MODES[rule]))
