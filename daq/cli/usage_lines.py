"""How utilisation and cost look in the terminal, and to other programs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.usage.account import KINDS, Kind
from daq.usage.cost_of_run import RunCost, Share, cost_of
from daq.usage.energy import HOUR
from daq.usage.month import Month
from daq.usage.plan import STATES, Plan, State
from daq.usage.remarks import SAID, Remark, remarks
from daq.usage.rows import By, Row, rows, total

_NS = 1_000_000_000

RIGHT = f"{' '.join(KINDS)} total"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a month for other programs; parts are of 1, times hours, amounts texts."""

    name: str
    title: str
    hours: Mapping[State, float]
    planned_hours: Mapping[State, float]
    utilisation: float | None
    planned_utilisation: float | None
    availability: float | None
    failures: int
    mtbf_hours: float | None
    mttr_hours: float | None
    energy_kwh: Decimal
    amounts: Mapping[Kind, Decimal]
    total: Decimal


class OfRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a run cost; ``shares`` by instrument."""

    run: str
    sample: str
    samples: int
    currency: str
    amounts: Mapping[Kind, Decimal]
    total: Decimal
    each: Decimal | None
    shares: Mapping[str, Mapping[Kind, Decimal]]
    energy_kwh: Mapping[str, Decimal]


class OfMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month for other programs."""

    month: str
    start: str
    end: str
    whole: bool
    time_zone: str
    currency: str
    by: By
    rows: tuple[Figures, ...]
    total: Figures
    runs: tuple[OfRun, ...]
    remarks: tuple[Remark, ...]


def as_plain(month: Month, by: By) -> OfMonth:
    """A month for other programs."""
    found = rows(month, by)
    start, end = (datetime.fromtimestamp(t // _NS, UTC).isoformat() for t in month.period)
    return OfMonth(
        month=month.name,
        start=start,
        end=end,
        whole=month.whole,
        time_zone=str(month.plan.zone),
        currency=month.plan.currency,
        by=by,
        rows=tuple(map(_figures, found)),
        total=_figures(total(found)),
        runs=tuple(run_as_plain(one, month.plan) for one in _costs(month)),
        remarks=tuple(remarks(month)),
    )


def run_as_plain(cost: RunCost, plan: Plan) -> OfRun:
    """The cost of a run for other programs."""
    return OfRun(
        run=cost.run.id,
        sample=cost.run.sample,
        samples=cost.samples,
        currency=plan.currency,
        amounts=cost.amounts,
        total=cost.total,
        each=cost.each,
        shares={one.instrument: one.amounts for one in cost.shares},
        energy_kwh={one.instrument: one.energy for one in cost.shares},
    )


def _figures(row: Row) -> Figures:
    return Figures(
        name=row.name,
        title=row.title,
        hours={state: time / HOUR for state, time in row.times.items()},
        planned_hours={state: time / HOUR for state, time in row.planned.items()},
        utilisation=row.utilisation,
        planned_utilisation=row.planned_utilisation,
        availability=row.availability,
        failures=row.failures,
        mtbf_hours=row.mtbf,
        mttr_hours=row.mttr,
        energy_kwh=row.energy,
        amounts=row.amounts,
        total=row.total,
    )


def _costs(month: Month) -> list[RunCost]:
    digits = month.plan.digits
    return [found for run in month.runs if (found := cost_of(run, month.accounts, digits)).shares]


def print_month(month: Month, by: By) -> None:
    """A month for people."""
    state = "" if month.whole else ", so far"
    currency = f"; amounts in {month.plan.currency}" if month.plan.currency else ""
    out().print(f"{month.name}{state}; {month.plan.zone}{currency}", markup=False)
    found = rows(month, by)
    lines = [*found, total(found)] if len(found) > 1 else found
    head = (by, *STATES, "used", "planned", "available", "failures", "MTBF h", "kWh")
    print_table(head, map(_time_line, lines), right=" ".join(head[1:-2]) + " kWh", drop=("off",))
    if month.plan.currency:
        money = Money(month.plan.digits)
        cells = [(row.name or "all", *money.line(row.amounts)) for row in lines]
        print_table((by, *KINDS, "total"), cells, right=RIGHT)
        _print_runs(month)
    for remark in remarks(month):
        said = SAID[remark.key].format(instrument=remark.instrument, value=remark.value)
        out().print(said, markup=False, soft_wrap=True)


def _time_line(row: Row) -> tuple[str, ...]:
    parts = (row.utilisation, row.planned_utilisation, row.availability)
    return (
        row.name or "all",
        *(f"{row.times[state] / HOUR:.1f}" for state in STATES),
        *map(_percent, parts),
        str(row.failures),
        "--" if row.mtbf is None else f"{row.mtbf:.1f}",
        f"{row.energy:.1f}",
    )


def _percent(part: float | None) -> str:
    return "--" if part is None else f"{100 * part:.1f} %"


class Money:
    """Amounts with the decimals of their currency."""

    def __init__(self, digits: int) -> None:
        self._digits = digits

    def __call__(self, amount: Decimal | None) -> str:
        """One; a dash for none."""
        return "--" if amount is None else f"{amount:.{self._digits}f}"

    def line(self, amounts: Mapping[Kind, Decimal]) -> list[str]:
        """One of each kind, and all together."""
        every = [amounts.get(kind, Decimal(0)) for kind in KINDS]
        return [*map(self, every), self(sum(every, Decimal(0)))]


def _print_runs(month: Month) -> None:
    money = Money(month.plan.digits)
    cells = [
        (one.run.id, one.run.sample, *money.line(one.amounts), money(one.each))
        for one in _costs(month)
    ]
    head = ("run", "sample", *KINDS, "total", "each")
    print_table(head, cells, right=f"{RIGHT} each", drop=("sample",))


def print_run(cost: RunCost, plan: Plan) -> None:
    """The cost of a run for people."""
    money, state = Money(plan.digits), "" if cost.run.ended else ", so far"
    currency = f"; amounts in {plan.currency}" if plan.currency else ""
    out().print(f"run {cost.run.id}{state}{currency}", markup=False)
    cells = [
        (one.instrument, _hours(one), f"{one.energy:.1f}", *money.line(one.amounts))
        for one in cost.shares
    ]
    cells.append(("all", "", "", *money.line(cost.amounts)))
    print_table(("instrument", "h", "kWh", *KINDS, "total"), cells, right=f"h kWh {RIGHT}")
    if cost.samples:
        out().print(f"{cost.samples} samples, {money(cost.each)} each", markup=False)
    else:
        out().print("no sample is named", markup=False)


def _hours(share: Share) -> str:
    return f"{sum(share.times.values()) / HOUR:.1f}"
