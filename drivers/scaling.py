"""From the number in a reply to the value it stands for. Pure."""

import math
from collections.abc import Callable
from typing import TypeAlias

Number: TypeAlias = int | float


def scaling(scale: float, offset: float) -> Callable[[Number], Number]:
    """Scale, then offset. A scale of one over a whole number divides, so that 253 gives 25.3."""
    if (scale, offset) == (1.0, 0.0):
        return lambda raw: raw
    divisor = round(1 / scale)
    if divisor and math.isclose(divisor * scale, 1.0, rel_tol=1e-12):
        return lambda raw: raw / divisor + offset
    return lambda raw: raw * scale + offset
