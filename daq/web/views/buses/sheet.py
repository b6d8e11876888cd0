"""The buses as a table: a row for each scan group, its plan beside what is measured."""

from collections.abc import Iterator, Mapping

from daq.export.sheet import Kind, Row
from daq.web.data.bus import Bus, GroupLoad, buses
from daq.web.data.snapshot import Snapshot

COLUMNS: Mapping[str, Kind] = {
    "bus": "word",
    "line": "word",
    "state": "word",
    "problems": "text",
    "bus_load": "number",
    "bus_planned_load": "number",
    "late": "whole",
    "skipped": "whole",
    "instrument": "word",
    "instrument_state": "word",
    "last_good": "time",
    "good_scans": "whole",
    "failed_scans": "whole",
    "group": "word",
    "interval": "number",
    "planned_requests": "whole",
    "requests": "number",
    "planned_seconds": "number",
    "seconds": "number",
    "planned_load": "number",
    "load": "number",
}


def rows(snapshot: Snapshot) -> Iterator[Row]:
    """A bus of which nothing is known has one row."""
    for bus in buses(snapshot):
        if not bus.groups:
            yield (*_head(bus), *[None] * 13)
        for group in bus.groups:
            yield (*_head(bus), *_group(group))


def _head(bus: Bus) -> Row:
    status, lately = bus.status, bus.lately
    return (
        bus.name,
        bus.line,
        status.state if status else "",
        "; ".join(problem.kind for problem in bus.problems),
        bus.load,
        status.planned_load if status else None,
        lately.late if lately else None,
        lately.skipped if lately else None,
    )


def _group(group: GroupLoad) -> Row:
    status, load = group.instrument.status, group.load
    return (
        group.instrument.name,
        status.state if status else "",
        status.last_good if status else None,
        status.good_scans if status else None,
        status.failed_scans if status else None,
        group.group,
        group.interval,
        load.planned_requests,
        load.requests,
        load.planned_seconds,
        load.seconds,
        load.planned_load,
        load.load,
    )
