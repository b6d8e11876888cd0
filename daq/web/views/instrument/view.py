"""One instrument: its newest readings, its past as a trend, faults, the bytes on its bus."""

from functools import partial

from daq.journal.entry import Event
from daq.web.data.lab import Instrument
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.instrument.choices import ALL, QUICK, choices, wanted
from daq.web.views.instrument.happened import faults, traffic
from daq.web.views.instrument.past import exact, export, points, trend
from daq.web.visit import Visit


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="instrument",
        path="/instrument/{name}",
        template="instrument/page.html",
        show=partial(_show, sources),
        parts=(
            Part(path="trend", template="instrument/trend.html", show=partial(trend, sources)),
            Part(path="exact", template="instrument/exact.html", show=partial(exact, sources)),
            Part(path="faults", template="instrument/faults.html", show=partial(faults, sources)),
            Part(
                path="traffic", template="instrument/traffic.html", show=partial(traffic, sources)
            ),
        ),
        answers=(
            Answer(path="export", give=partial(export, sources)),
            Answer(path="points", give=partial(points, sources)),
        ),
    )


async def _show(sources: Sources, visit: Visit) -> Shown:
    one = wanted(visit)
    chosen = choices(visit, one)
    # The trend is drawn into the first page, so that it is there at once and without a script;
    # afterwards it renews itself at its own pace.
    past: Shown = {} if visit.renewal else await trend(sources, visit)
    found = [event for event in visit.snapshot.events if _is_found(event, one)]
    return {
        "one": one,
        "chosen": chosen,
        "quick": QUICK,
        "all": ALL,
        "firmware": str(found[-1].data.get("firmware") or "") if found else "",
        **past,
    }


def _is_found(event: Event, one: Instrument) -> bool:
    return event.kind == "instrument-found" and event.subject == one.name
