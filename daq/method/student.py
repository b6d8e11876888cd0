"""Student's distribution for whole degrees of freedom. Pure.

The probability is a finite sum (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3
and 26.7.4); the quantile is found by bisection. The standard library has neither.
"""

import math

_STEPS = 200


def probability(t: float, freedom: int) -> float:
    """How probable a value up to ``t`` is."""
    angle = math.atan2(t, math.sqrt(freedom))
    between = _even(angle, freedom) if freedom % 2 == 0 else _odd(angle, freedom)
    return 0.5 + between / 2


def quantile(p: float, freedom: int) -> float:
    """The t up to which values are found with the probability ``p``, 0 < p < 1.

    Raises:
        ValueError: there is no such probability, or no degree of freedom.
    """
    if not 0 < p < 1 or freedom < 1:
        raise ValueError(f"no quantile for p = {p}, {freedom} degrees of freedom")
    if p < 0.5:  # noqa: PLR2004 - the middle
        return -quantile(1 - p, freedom)
    low, high = 0.0, 1.0
    while probability(high, freedom) < p:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if probability(middle, freedom) < p else (low, middle)
    return high


def _even(angle: float, freedom: int) -> float:
    """The probability from -t to t; 26.7.4."""
    term = total = 1.0
    for n in range(1, freedom // 2):
        term *= (2 * n - 1) / (2 * n) * math.cos(angle) ** 2
        total += term
    return math.sin(angle) * total


def _odd(angle: float, freedom: int) -> float:
    """The probability from -t to t; 26.7.3."""
    total = 0.0
    term = math.cos(angle)
    for n in range(1, (freedom + 1) // 2):
        total += term
        term *= 2 * n / (2 * n + 1) * math.cos(angle) ** 2
    return 2 / math.pi * (angle + math.sin(angle) * total)
