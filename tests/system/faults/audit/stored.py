"""What InfluxDB holds against what the journal holds, point by point."""

from collections.abc import Iterator
from typing import Any

import msgspec

from daq.journal.entry import Event, Scan
from tests.servers.influxdb import InfluxDb
from tests.system.faults.audit.delivered import differs_from_point
from tests.system.faults.audit.journalled import Journalled
from tests.system.faults.audit.problems import Problems

WINDOW = 120 * 1_000_000_000
"""ns of time whose points are asked for at once."""


class StoredCount(msgspec.Struct):
    """How the entries fared at one database."""

    points: int = 0
    events: int = 0
    twice: int = 0
    missing: int = 0
    differing: int = 0
    uncommitted: int = 0
    outlived: int = 0
    refused: int = 0


class StoredAudit:
    """One sink of the v1 API."""

    def __init__(self, sink: str, journal: Journalled, problems: Problems) -> None:
        self.count = StoredCount()
        self._sink, self._problems = sink, problems
        self._journal = journal
        self._refused = journal.quarantined.get(sink, {})
        self._scans = {scan.seq: scan for scan in journal.scans()}
        self._events = {each.seq: each for each in journal.entries if isinstance(each, Event)}
        self._range = _range([entry.time for entry in journal.entries])
        self._seen: set[int] = set()

    def compare(self, server: InfluxDb, database: str) -> StoredCount:
        """Look at every point; then for those that are missing."""
        for row in self._rows(server, database, "scan"):
            self.count.points += 1
            self._look(row, self._scans.get(row["seq"]))
        for row in self._rows(server, database, "event"):
            self.count.events += 1
            self._look(row, self._events.get(row["seq"]))
        self.count.refused = len(self._refused)
        for seq in {**self._scans, **self._events}.keys() - self._seen - self._refused.keys():
            self.count.missing += 1
            self._problems.add(f"{self._sink}: entry {seq} is not there")
        return self.count

    def _rows(self, server: InfluxDb, database: str, what: str) -> Iterator[dict[str, Any]]:
        total = server.rows(f"SELECT count(seq) FROM {what}", database)  # noqa: S608 - ours
        found = 0
        first, last = self._range
        if any(each.damage for each in self._journal.admissions):  # what came first may be lost
            first = min(first, _earliest(server, database, what) or first)
        for begin in range(first, last + 1, WINDOW):
            when = f"time >= {begin} AND time < {begin + WINDOW}"
            query = f"SELECT * FROM {what} WHERE {when} GROUP BY *"  # noqa: S608 - the same
            for row in server.rows(query, database):
                found += 1
                yield row
        if total and total[0]["count"] != found:
            self._problems.add(f"{self._sink}: {total[0]['count']} points of {what}, {found} dated")

    def _look(self, row: dict[str, Any], entry: Scan | Event | None) -> None:
        seq = row["seq"]
        if seq in self._seen:
            self.count.twice += 1
            self._problems.add(f"{self._sink}: entry {seq} is there twice: {row!r}")
        self._seen.add(seq)
        if entry is None and self._journal.had(seq):
            self.count.outlived += 1
        elif entry is None:
            self.count.uncommitted += 1
            self._problems.add(f"{self._sink}: stored and not in the journal: {row!r}")
        elif difference := _difference(entry, row):
            self.count.differing += 1
            self._problems.add(f"{self._sink}: entry {seq} differs: {difference}")


def _earliest(server: InfluxDb, database: str, what: str) -> int:
    """The time of the first point (ns); 0 without any."""
    rows = server.rows(f"SELECT * FROM {what} ORDER BY time LIMIT 1", database)  # noqa: S608 - ours
    return int(rows[0]["time"]) if rows else 0


def _difference(entry: Scan | Event, row: dict[str, Any]) -> str:
    if isinstance(entry, Scan):
        return differs_from_point(entry, row)
    told = (entry.time, entry.kind, entry.subject, entry.severity, entry.text)
    found = (row["time"], row["kind"], row["subject"], row["severity"], row["text"])
    return "" if found == told else f"event {found!r} for {told!r}"


def _range(times: list[int]) -> tuple[int, int]:
    return (min(times), max(times)) if times else (0, 0)
