"""What VictoriaMetrics holds against what the journal holds, number by number.

It keeps milliseconds, numbers alone, and 12 decimal digits of them (seen with 1.79). Of points
equal in series and time it shows each until it has merged them: repetitions are no fault.
"""

from typing import Any

from daq.journal.entry import Scan
from tests.servers.victoriametrics import VictoriaMetrics
from tests.system.faults.audit.journalled import Journalled
from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.stored import StoredCount

MS = 1_000_000
DIGITS = 1e-11


class MetricsAudit:
    """One sink of the v2 API at VictoriaMetrics; its scans."""

    def __init__(self, sink: str, journal: Journalled, problems: Problems) -> None:
        self.count = StoredCount()
        self._sink, self._problems = sink, problems
        self._scans = {scan.seq: scan for scan in journal.scans()}

    def compare(self, server: VictoriaMetrics) -> StoredCount:
        """Look at every scan: its number, and each of its values at its time."""
        values = _values(server.export('{__name__=~"scan_.*"}'))
        for scan in self._scans.values():
            self._look(scan, values)
        for seq in {value for (_, _, name, _), value in values.items() if name == "seq"}:
            if seq not in self._scans:
                self.count.uncommitted += 1
                self._problems.add(f"{self._sink}: stored and not in the journal: {seq}")
        return self.count

    def _look(self, scan: Scan, values: dict[tuple[str, str, str, int], float]) -> None:
        key, time = scan.series.key, scan.time // MS
        if values.get((key.instrument, key.group, "seq", time)) != scan.seq:
            self.count.missing += 1
            self._problems.add(f"{self._sink}: entry {scan.seq} is not there")
            return
        self.count.points += 1
        for channel, value in zip(key.channels, scan.values, strict=True):
            found = values.get((key.instrument, key.group, channel.name, time))
            if not _alike(found, value):
                self.count.differing += 1
                self._problems.add(
                    f"{self._sink}: entry {scan.seq} {channel.name} {found!r} for {value!r}"
                )


def _values(series: list[dict[str, Any]]) -> dict[tuple[str, str, str, int], float]:
    """By instrument, group, field and time in ms."""
    return {
        (each["metric"]["instrument"], each["metric"]["group"], _field(each), time): value
        for each in series
        for time, value in zip(each["timestamps"], each["values"], strict=True)
    }


def _field(series: dict[str, Any]) -> str:
    return str(series["metric"]["__name__"]).removeprefix("scan_")


def _alike(found: float | None, wanted: object) -> bool:
    if wanted is None or found is None or not isinstance(wanted, (int, float)):
        return found == wanted
    return abs(found - wanted) <= DIGITS * abs(wanted)
