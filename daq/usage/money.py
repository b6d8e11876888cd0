"""Money: decimal, rounded half up to the currency's smallest unit, and shared out without a rest.

Amounts are exact until they are rounded, once, for an instrument and a kind of cost; what falls to
each share is then a part of the rounded amount, so that parts always add up to it.
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

K = TypeVar("K")

PRECISION = 60
"""Digits of an amount on its way: ns of years times prices fit without being rounded."""

DIGITS: Mapping[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of currencies that have not two, after ISO 4217 (from memory of its list one)."""


def digits_of(currency: str) -> int:
    """How many decimals amounts of a currency have."""
    return DIGITS.get(currency, 2)


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Half up: what lies in the middle goes away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def shared(amount: Decimal, weights: Mapping[K, Decimal | int], digits: int) -> dict[K, Decimal]:
    """A rounded amount in parts by weight, each with so many decimals, the rest by largest rest.

    Where no weight is above 0 all of it falls to the first.
    """
    total = sum(weights.values(), Decimal(0))
    if not total:
        first = next(iter(weights))
        return {key: amount if key == first else amount * 0 for key in weights}
    unit = Decimal(1).scaleb(-digits)
    with localcontext() as context:
        context.prec = PRECISION
        exact = {key: amount * weight / total for key, weight in weights.items()}
        parts = {key: part.quantize(unit, ROUND_FLOOR) for key, part in exact.items()}
        missing = int((amount - sum(parts.values(), Decimal(0))) / unit)
        order = sorted(weights, key=lambda key: exact[key] - parts[key], reverse=True)
    for key in order[:missing]:
        parts[key] += unit
    return parts
