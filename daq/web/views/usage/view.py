"""A month: states as bars, hours, utilisation, energy and cost; the report and a file to take."""

from functools import partial

from daq.journal.errors import JournalError
from daq.plot.states import Bar, Frame, draw_states
from daq.usage.account import KINDS
from daq.usage.cost_of_run import cost_of
from daq.usage.energy import HOUR
from daq.usage.errors import UsageError
from daq.usage.month import Month, this_month
from daq.usage.plan import STATES
from daq.usage.remarks import remarks
from daq.usage.rows import CHOICES, By, rows, total
from daq.usage.timeline import of_state
from daq.web.errors import BusyError, WrongLinkError, told
from daq.web.history import DEADLINE
from daq.web.printing import Printer
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.usage.months import earlier, month_of_link
from daq.web.views.usage.take import finance, month_of, report
from daq.web.visit import Visit


def make(sources: Sources) -> View:
    """The view."""
    part = partial(_found, sources)
    return View(
        name="usage",
        path="/usage",
        home="/usage",
        template="usage/page.html",
        show=partial(_show, sources),
        parts=(Part(path="found", template="usage/found.html", show=part),),
        answers=(
            Answer(path="finance", give=partial(finance, sources)),
            Answer(path="report", give=partial(report, sources, Printer())),
        ),
    )


async def _show(sources: Sources, visit: Visit) -> Shown:
    plan = visit.snapshot.register.usage
    shown: Shown = {} if visit.renewal else await _found(sources, visit)
    current = this_month(plan, visit.now)
    return {
        **shown,
        "plan": plan,
        "chosen": f"{month_of_link(plan, visit):%Y-%m}",
        "current": f"{current:%Y-%m}",
        "months": earlier(current),
        "by": _by(visit),
        "choices": CHOICES,
    }


async def _found(sources: Sources, visit: Visit) -> Shown:
    by = _by(visit)
    if not visit.snapshot.register.usage.items:
        return {"month": None, "trouble": ""}
    try:
        month = await month_of(sources, visit, DEADLINE)
    except (JournalError, UsageError, BusyError) as error:
        return {"month": None, "trouble": told(error, visit.text)}
    return {**_shown(month, by, visit), "month": month, "trouble": "", "by": by}


def _shown(month: Month, by: By, visit: Visit) -> Shown:
    found, digits = rows(month, by), month.plan.digits
    costs = [cost_of(run, month.accounts, digits) for run in month.runs]
    bars = [
        Bar(
            one.item.title or one.item.name,
            {state: of_state(one.lasting, state) for state in STATES},
        )
        for one in month.accounts
    ]
    return {
        "rows": [*found, total(found)] if len(found) > 1 else found,
        "several": len(found) > 1,
        "costs": [cost for cost in costs if cost.shares],
        "remarks": list(remarks(month)),
        "picture": draw_states(
            bars,
            Frame(*month.period, month.plan.zone),
            visit.text("usage.picture", month=month.name),
        ),
        "states": STATES,
        "kinds": KINDS,
        "hour": HOUR,
        "digits": digits,
    }


def _by(visit: Visit) -> By:
    said = visit.choice("by", CHOICES[0])
    if said not in CHOICES:
        raise WrongLinkError("by", by=said[:20])
    return said
