"""The report of a month: what instruments did, for whom, and what it cost."""

from decimal import Decimal
from functools import partial

from daq.plot.states import Bar, Frame, draw_states
from daq.report.page import chart_style, render
from daq.report.text import Text
from daq.usage.account import KINDS, UNITS, Account
from daq.usage.cost_of_run import cost_of
from daq.usage.energy import HOUR
from daq.usage.month import Month
from daq.usage.plan import STATES
from daq.usage.remarks import remarks
from daq.usage.rows import entries, rows, total
from daq.usage.timeline import of_state

AT_ONCE = 25
"""Bars in one picture: as many as fit on a page."""

THIN, NOTHING = "\u202f", "\u2013"


def usage_report(month: Month, text: Text, now: int) -> str:
    """The report as HTML, in the language of ``text``; ``now`` (ns) is when it is made."""
    digits, frame = month.plan.digits, Frame(*month.period, month.plan.zone)
    costs = [cost_of(run, month.accounts, digits) for run in month.runs]
    return render(
        "usage.html",
        text,
        now,
        month=month,
        tables={by: rows(month, by) for by in ("instrument", "room", "cost-centre")},
        total=total,
        entries=list(entries(month)),
        costs=[cost for cost in costs if cost.shares],
        remarks=list(remarks(month)),
        pictures=[
            draw_states(_bars(month.accounts[n : n + AT_ONCE]), frame, month.name, chart_style())
            for n in range(0, len(month.accounts), AT_ONCE)
        ],
        states=STATES,
        kinds=KINDS,
        units=UNITS,
        money=partial(_money, digits),
        hours=_hours,
        percent=_percent,
        decimal=_decimal,
    )


def _bars(accounts: tuple[Account, ...]) -> list[Bar]:
    return [
        Bar(
            one.item.title or one.item.name,
            {state: of_state(one.lasting, state) for state in STATES},
        )
        for one in accounts
    ]


def _money(digits: int, amount: Decimal) -> str:
    return f"{amount:,.{digits}f}".replace(",", THIN)


def _hours(ns: int) -> str:
    return f"{ns / HOUR:,.1f}".replace(",", THIN)


def _percent(part: float | None) -> str:
    return NOTHING if part is None else f"{100 * part:.1f} %"


def _decimal(value: Decimal | float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"
