"""From the runs that go on to topics, one for each of their instruments. Pure."""

from collections.abc import Iterable

from daq.deliver.present import RUNS, Content, Present
from daq.runs.run import Run
from daq.timefmt import rfc3339

_SAID = ("sample", "order", "standard", "method", "programme", "operator", "cost_centre")


def run_topics(runs: Iterable[Run]) -> Present:
    """What is so now. Instruments of remembered runs that are in none any more are taken away."""
    known = sorted(runs, key=lambda one: one.begun)
    topics: dict[str, Content] = {}
    for one in known:
        if one.state != "ended":
            for name in one.instruments:
                before = topics.get(f"{RUNS}/{name}")
                topics[f"{RUNS}/{name}"] = _content(one, before)
    there_were = {f"{RUNS}/{name}" for one in known for name in one.instruments}
    return Present(topics=topics, gone=frozenset(there_were - topics.keys()))


def _content(one: Run, before: Content | None) -> Content:
    """Of several runs with an instrument the one that began last; the others by their numbers."""
    since = one.pauses[-1].begin if one.state == "paused" else one.begun
    content: dict[str, object] = {
        "run": one.id,
        "state": one.state,
        "begun": rfc3339(one.begun),
        "since": rfc3339(since),
    }
    content |= {key: said for key in _SAID if (said := getattr(one, key))}
    if before is not None:
        content["also"] = " ".join(filter(None, (before.get("also", ""), before["run"])))
    return content
