"""A month, or what of it is over, of all instruments. Reads the journal."""

from collections.abc import Sequence
from datetime import date

import msgspec

from daq.journal.reader import JournalReader
from daq.runs.run import Run
from daq.usage.account import Account
from daq.usage.calendar import local_day as day_of
from daq.usage.calendar import month_before, month_of, month_stretch, next_month
from daq.usage.errors import UsageError
from daq.usage.ledger import account
from daq.usage.plan import Plan
from daq.usage.rates import Prices
from daq.usage.read import Past
from daq.usage.stretches import Stretch
from daq.usage.timeline import run_stretch


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month; ``period`` is what of it is over, ``whole`` says that all of it is.

    ``runs`` are those that touch it, with any of the instruments.
    """

    first: date
    period: Stretch
    whole: bool
    plan: Plan
    accounts: tuple[Account, ...]
    runs: tuple[Run, ...] = ()

    @property
    def name(self) -> str:
        """``2026-11``."""
        return f"{self.first:%Y-%m}"


def this_month(plan: Plan, now: int) -> date:
    """The first day of the month it is."""
    return day_of(now, plan.zone).replace(day=1)


def chosen_month(plan: Plan, said: str, now: int) -> date:
    """The month somebody means: ``2026-11``, ``this`` or ``last``.

    Raises:
        UsageError: it is no month, or it has not begun.
    """
    current = this_month(plan, now)
    if said == "last":
        return month_before(current)
    first = current if said == "this" else month_of(said)
    if first > current:
        raise UsageError(f"{said} has not begun; the newest is {current:%Y-%m}")
    return first


def read_month(
    reader: JournalReader,
    plan: Plan,
    first: date,
    now: int,
    runs: Sequence[Run],
    only: Run | None = None,
) -> Month:
    """A month of all items, or of those of a run; ``now`` is ns since 1970 UTC.

    Raises:
        UsageError: nothing is configured, or a channel's unit is not one of power or energy.
        JournalError: the journal cannot be read.
    """
    if not plan.items:
        raise UsageError("no instrument is in use: the configuration has no [usage.NAME]")
    start, end = month_stretch(first, plan.zone)
    period = (start, max(min(end, now), start + 1))
    past, prices = Past(reader, plan, period, runs), Prices(plan, period)
    wanted = [item for item in plan.items if only is None or item.takes_part(only.instruments)]
    return Month(
        first=first,
        period=period,
        whole=end <= now,
        plan=plan,
        accounts=tuple(account(plan, item, prices, past.facts(item, prices)) for item in wanted),
        runs=tuple(run for run in runs if touches(run, period)),
    )


def touches(run: Run, period: Stretch) -> bool:
    """Whether a run has a part in a period."""
    return run.begun < period[1] and period[0] < run_stretch(run, period[1])[1]


def months_of(run: Run, plan: Plan, now: int) -> list[date]:
    """The months a run has a part in."""
    start, end = run_stretch(run, now)
    first, last = (day_of(time, plan.zone).replace(day=1) for time in (start, max(end - 1, start)))
    found = [first]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return found
