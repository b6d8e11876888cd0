"""The audit every fault ends in: what was served, journalled, published and stored, counted."""

from collections.abc import Iterator

import msgspec

from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.published import PublishedCount
from tests.system.faults.audit.served import ServedCount
from tests.system.faults.audit.stored import StoredCount


class JournalCount(msgspec.Struct):
    """What the journal holds."""

    entries: int = 0
    scans: int = 0
    events: dict[str, int] = {}
    missing_numbers: int = 0
    quarantined: int = 0


class Audit(msgspec.Struct):
    """One row of the fault matrix; it passes when nothing is left unexplained."""

    name: str
    what: str
    seconds: float
    killed: int
    stopped: int
    served: ServedCount
    journal: JournalCount
    mqtt: dict[str, PublishedCount]
    influxdb: dict[str, StoredCount]
    problems: Problems
    noted: dict[str, float] = {}

    @property
    def passed(self) -> bool:
        """Whether everything agrees or is explained."""
        return not self.problems.count

    def check(self) -> None:
        """Fail with the whole table when something is left unexplained."""
        assert self.passed, self.table()

    def table(self) -> str:
        """For people."""
        return "\n".join([f"{self.name}: {self.what} ({self.seconds:.1f} s)", *self._lines()])

    def _lines(self) -> Iterator[str]:
        served, journal = self.served, self.journal
        yield _line("simulators", replies=served.replies, for_scans=served.asked_for_scans)
        yield _line(
            "  of these",
            journalled=served.journalled,
            explained=sum(served.explained.values()),
            unexplained=served.unexplained,
            invented=served.invented,
            stale=served.stale,
        )
        for reason, count in served.explained.items():
            yield f"    {count:7d} {reason}"
        yield _line(
            "journal",
            entries=journal.entries,
            scans=journal.scans,
            failed=served.failed_scans,
            missing_numbers=journal.missing_numbers,
        )
        for kind, count in sorted(journal.events.items()):
            yield f"    {count:7d} {kind}"
        for sink, count in {**self.mqtt, **self.influxdb}.items():
            yield _line(sink, **msgspec.structs.asdict(count))
        yield _line("daemon", killed=self.killed, stopped=self.stopped, tail_ms=served.tail_ms)
        if self.noted:
            yield _line("noted", **self.noted)
        yield f"problems: {self.problems.count}"
        yield from (f"  {text}" for text in self.problems.texts)


def _line(name: str, **counts: float) -> str:
    return f"{name:12s}" + ", ".join(f"{key} {value:g}" for key, value in counts.items())
