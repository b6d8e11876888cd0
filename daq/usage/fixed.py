"""What an instrument costs whether it is used or not: depreciation and calibration. Pure."""

from datetime import date
from decimal import Decimal, localcontext

from daq.usage.calendar import next_month
from daq.usage.money import PRECISION, rounded
from daq.usage.plan import Calibrated, Depreciation


def depreciated(rule: Depreciation, begin: date, end: date, digits: int) -> Decimal:
    """From one day to before another, such that all of its life is exactly its loss of value.

    By months of equal amount; a part of a month counts by its days.
    """
    return _upto(rule, end, digits) - _upto(rule, begin, digits)


def months_of_life(rule: Depreciation, begin: date, end: date) -> Decimal:
    """Months of its life from one day to before another: 1 for a whole one, whatever its days."""
    return _gone(rule, end) - _gone(rule, begin)


def calibrated(rule: Calibrated, begin: date, end: date) -> Decimal:
    """The part of calibrations that falls to the days from one to before another; exact."""
    with localcontext() as context:
        context.prec = PRECISION
        return rule.price * (end - begin).days / rule.days


def _upto(rule: Depreciation, day: date, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = PRECISION
        return rounded((rule.value - rule.residual) * _gone(rule, day) / rule.months, digits)


def _gone(rule: Depreciation, day: date) -> Decimal:
    return min(max(_months(day) - _months(rule.begin), Decimal(0)), Decimal(rule.months))


def _months(day: date) -> Decimal:
    first = day.replace(day=1)
    days = (next_month(first) - first).days
    return Decimal(12 * day.year + day.month) + Decimal(day.day - 1) / days
