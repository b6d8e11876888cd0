"""Bars, remarks and rows of a month that is not whole."""

from datetime import UTC, date
from decimal import Decimal

from daq.plot.states import LETTERS, Bar, Frame, draw_states
from daq.runs.run import Run
from daq.usage.account import Account, Cell
from daq.usage.calendar import NS, moment
from daq.usage.energy import HOUR, Metered, Used
from daq.usage.finance import finance_csv
from daq.usage.ledger import Facts, account
from daq.usage.month import Month, months_of
from daq.usage.plan import STATES, Counter, Item, Plan, Rate, Source, State, Tariff
from daq.usage.rates import Prices
from daq.usage.remarks import remarks
from daq.usage.rows import rows, total
from daq.usage.timeline import Lasting

FIRST = date(2026, 5, 1)
START = moment(FIRST, UTC)


def test_bars_show_every_state_and_cut_long_names() -> None:
    stretches = {state: ((n * HOUR, (n + 1) * HOUR),) for n, state in enumerate(STATES)}
    short = tuple((n * HOUR, n * HOUR + NS) for n in range(5))
    drawn = str(
        draw_states(
            [Bar("x" * 40 + "<", stretches), Bar("b", {"fault": short})],
            Frame(0, 5 * HOUR, UTC),
            "<said>",
        )
    )
    assert drawn.count('class="state ') == 6
    assert "x" * (LETTERS - 1) + "\u2026" in drawn
    assert "&lt;said&gt;" in drawn
    assert drawn.count("h0.5") == 5, "what is short is seen still"


def test_what_lies_together_becomes_one_shape() -> None:
    many = tuple((n * 2 * NS, (n * 2 + 1) * NS) for n in range(5000))
    drawn = str(draw_states([Bar("b", {"running": many})], Frame(0, 100 * HOUR), ""))
    assert drawn.count("M") < 12


def month_of(accounts: tuple[Account, ...], plan: Plan) -> Month:
    end = START + 10 * HOUR
    return Month(first=FIRST, period=(START, end), whole=False, plan=plan, accounts=accounts)


def facts_of(*, used: float, runs: tuple[Run, ...] = ()) -> Facts:
    period = (START, START + 10 * HOUR)
    states: tuple[State, ...] = ("running", "unknown")
    lasting = tuple(
        Lasting(START + n * 5 * HOUR, START + (n + 1) * 5 * HOUR, state)
        for n, state in enumerate(states)
    )
    stretch = (START, START + 4 * HOUR)
    metered = Metered((Used(*stretch, used),), (stretch,), (START + HOUR,))
    return Facts(period=period, lasting=lasting, planned=(), metered=metered, runs=runs)


ITEM = Item(name="oven", centre="1", energy=Counter(Source("meter", "energy")))


def test_what_is_not_known_is_remarked() -> None:
    plan = Plan(items=(ITEM,), currency="EUR")
    one = account(plan, ITEM, Prices(plan, (START, START + 10 * HOUR)), facts_of(used=8.0))
    month = month_of((one,), plan)
    found = {(remark.key, remark.value) for remark in remarks(month)}
    assert found == {
        ("preliminary", ""),
        ("unknown", "5.0"),
        ("unmetered", "6.0"),
        ("exchanged", "1"),
        ("unpriced", "8.000"),
    }
    (row,) = rows(month, "room")
    assert (row.planned_utilisation, row.availability, row.mtbf, row.mttr) == (
        None,
        1.0,
        None,
        None,
    )
    assert total([]).utilisation is None
    assert "2026-05,2026-05-01,2026-05-01,preliminary,1,,oven,,energy,8.000,kWh,0" in finance_csv(
        month
    )


def test_runs_that_share_an_instrument_share_what_it_costs() -> None:
    def run(name: str, begin: int, end: int, centre: str = "") -> Run:
        return Run(
            id=name,
            begun=START + begin * HOUR,
            ended=START + end * HOUR,
            begun_by="Li",
            operator="Li",
            instruments=("oven",),
            cost_centre=centre,
            sample="S",
        )

    begin = date(2026, 1, 1)
    rate = Rate(name="a", begin=begin, hour={"running": Decimal("0.01")}, sample=Decimal(7))
    plan = Plan(
        items=(ITEM,),
        currency="EUR",
        rates=(rate,),
        tariffs=(Tariff("t", begin, Decimal("0.1")),),
    )
    runs = (run("a", 0, 4, "9"), run("b", 2, 4), run("c", -9, 1))
    facts = facts_of(used=8.0, runs=runs)
    one = account(plan, ITEM, Prices(plan, facts.period), facts)
    cells: dict[str, Cell] = {cell.run: cell for cell in one.cells}
    assert {name: sum(cell.times.values()) / HOUR for name, cell in cells.items()} == {
        "": 6,
        "a": 2.5,
        "b": 1,
        "c": 0.5,
    }
    assert [cells[name].centre for name in ("a", "b", "c")] == ["9", "1", "1"]
    assert {name: float(cell.energy) for name, cell in cells.items()} == {
        "": 0,
        "a": 5,
        "b": 2,
        "c": 1,
    }
    hours = {name: cell.amounts["hours"] for name, cell in cells.items()}
    assert sum(hours.values()) == Decimal("0.05"), "five hours at a cent"
    assert hours["a"] in {Decimal("0.02"), Decimal("0.03")}
    assert [cells[name].amounts["consumables"] for name in ("a", "b", "c")] == [7, 7, 0]


def test_the_months_of_a_run() -> None:
    plan = Plan()
    run = Run(
        id="r",
        begun=moment(date(2026, 11, 30), UTC),
        begun_by="",
        operator="",
        instruments=("oven",),
    )
    assert months_of(run, plan, moment(date(2027, 1, 1), UTC)) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
    ]
    assert len(months_of(run, plan, moment(date(2027, 1, 1), UTC) + NS)) == 3
