"""The month a link means, and those that are offered."""

from datetime import date

from daq.usage.calendar import month_before
from daq.usage.errors import UsageError
from daq.usage.month import chosen_month
from daq.usage.plan import Plan
from daq.web.errors import WrongLinkError
from daq.web.visit import Visit

OFFERED = 13
"""Months one click away: a year, and the same month of the year before."""


def month_of_link(plan: Plan, visit: Visit) -> date:
    """The first day of the month that is looked at; this one when a link says none.

    Raises:
        WrongLinkError: it is no month, or it has not begun.
    """
    said = visit.choice("month", "this")
    try:
        return chosen_month(plan, said, visit.now)
    except UsageError as error:
        raise WrongLinkError("month", month=said[:20]) from error


def earlier(current: date) -> list[str]:
    """This month and those before it, the newest first."""
    found = [current]
    while len(found) < OFFERED:
        found.append(month_before(found[-1]))
    return [f"{first:%Y-%m}" for first in found]
