"""What the journal holds, and what it admits to have lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event, Scan
from daq.journal.reader import JournalReader
from tests.system.faults.audit.problems import Problems

PIECE = 50_000
NS = 1_000_000_000


class Admission(msgspec.Struct):
    """A loss the journal tells by an event: so many entries within a time, ns since 1970.

    ``damage`` means that the entries had been there, and may have been delivered.
    """

    reason: str
    begin: int
    end: int
    count: int
    numbers: tuple[tuple[int, int], ...]
    damage: bool = False

    def covers(self, seq: int) -> bool:
        """Whether an entry's missing number is among those the event names."""
        return any(first <= seq <= last for first, last in self.numbers)


class Journalled(msgspec.Struct):
    """A journal, read once."""

    entries: list[Entry]
    cursors: dict[str, Cursor]
    quarantined: dict[str, dict[int, str]]
    missing: list[int] = []
    admissions: list[Admission] = []

    @property
    def last(self) -> int:
        """The newest number; 0 when there is none."""
        return self.entries[-1].seq if self.entries else 0

    def scans(self) -> Iterator[Scan]:
        """All scans, in the order of the journal."""
        return (entry for entry in self.entries if isinstance(entry, Scan))

    def had(self, seq: int) -> bool:
        """Whether an entry is missing because the file was damaged."""
        return any(each.damage and each.covers(seq) for each in self.admissions)

    def events(self) -> Counter[str]:
        """How many events of each kind."""
        return Counter(entry.kind for entry in self.entries if isinstance(entry, Event))


def read(path: Path, problems: Problems) -> Journalled:
    """Read a whole journal; a number that is missing without an event is a problem."""
    with JournalReader(path) as reader:
        entries: list[Entry] = []
        while piece := reader.entries(entries[-1].seq if entries else 0, PIECE):
            entries += piece
        quarantined: dict[str, dict[int, str]] = {}
        for each in reader.quarantined():
            quarantined.setdefault(each.sink, {})[each.seq] = each.reason
        journal = Journalled(entries, reader.cursors(), quarantined)
    journal.admissions = list(_admissions(entries))
    journal.missing = list(_missing(entries))
    for seq in journal.missing:
        if not any(each.covers(seq) for each in journal.admissions):
            problems.add(f"journal: number {seq} is missing, and no event says why")
    return journal


def _missing(entries: list[Entry]) -> Iterator[int]:
    expected = 1
    for entry in entries:
        yield from range(expected, entry.seq)
        expected = entry.seq + 1


def _admissions(entries: list[Entry]) -> Iterator[Admission]:
    full_since = 0
    for entry in entries:
        if not isinstance(entry, Event):
            continue
        if entry.kind == "journal-full":
            full_since = entry.time
        elif entry.kind == "journal-full-end":
            yield _admission(entry, full_since)
        elif entry.kind == "journal-trouble-end":
            yield _admission(entry, entry.time - round(_number(entry, "seconds") * NS))
        elif entry.kind == "journal-damaged":
            yield _damage(entry, entries[0].time)


def _admission(event: Event, begin: int) -> Admission:
    numbers = (round(_number(event, "first")), round(_number(event, "last")))
    return Admission(event.kind, begin, event.time, round(_number(event, "count")), (numbers,))


def _damage(event: Event, begin: int) -> Admission:
    last, committed, floor = (round(_number(event, key)) for key in ("last", "committed", "floor"))
    gaps = [tuple(map(int, gap.split("-"))) for gap in str(event.data["gaps"]).split(", ") if gap]
    lost = round(_number(event, "missing")) + max(0, committed - last)
    numbers = [*((first, last) for first, last in gaps), (last + 1, max(floor, committed))]
    if "nothing is known" in event.text:  # the damage took what tells where the journal began
        first = round(_number(event, "first"))
        numbers.append((1, first - 1))
        lost += first - 1
    return Admission(event.kind, begin, event.time, lost, tuple(numbers), damage=True)


def _number(event: Event, key: str) -> float:
    found = event.data.get(key, 0)
    assert isinstance(found, (int, float)), event
    return found
