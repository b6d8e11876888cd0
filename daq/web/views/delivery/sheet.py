"""Delivery as a table: a row for each sink."""

from collections.abc import Iterator, Mapping

from daq.export.sheet import Kind, Row
from daq.web.data.delivery import sinks
from daq.web.data.snapshot import Snapshot

COLUMNS: Mapping[str, Kind] = {
    "sink": "word",
    "kind": "word",
    "address": "word",
    "problems": "text",
    "rate": "number",
    "state": "word",
    "since": "time",
    "lag_entries": "whole",
    "lag_seconds": "number",
    "backlog_entries": "whole",
    "quarantined": "whole",
    "delivered": "whole",
    "retried": "whole",
    "refused": "whole",
    "expired": "whole",
    "failures": "whole",
    "last_delivery": "time",
    "last_error": "text",
    "last_error_time": "time",
}


def rows(snapshot: Snapshot) -> Iterator[Row]:
    """Of a sink the daemon says nothing of, its name and address alone."""
    for sink in sinks(snapshot):
        problems = "; ".join(problem.kind for problem in sink.problems)
        head = (sink.listed.name, sink.listed.kind, sink.address, problems, sink.rate)
        yield (*head, *(getattr(sink.status, name, None) for name in list(COLUMNS)[len(head) :]))
