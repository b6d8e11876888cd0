"""What a demonstration amounted to, counted from the journal and at the broker."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daq.demo.audit import Agreement, Served, compare
from daq.demo.watcher import Watcher
from daq.journal.entry import Entry, Scan
from daq.journal.reader import JournalReader

PAGE = 5000
"""Entries read at a time."""


class InstrumentSummary(msgspec.Struct):
    """Readings of one instrument by quality, and its scans."""

    scans: int = 0
    good: int = 0
    uncertain: int = 0
    bad: int = 0


class Summary(msgspec.Struct, kw_only=True):
    """The demonstration in figures; ``ok`` is what the exit code says."""

    ok: bool = False
    seconds: float = 0.0
    scans: int = 0
    readings: int = 0
    events: int = 0
    journal_entries: int = 0
    delivered_to_mqtt: int = 0
    lost: int = 0
    duplicates: int = 0
    instruments: dict[str, InstrumentSummary] = {}
    agreement: Agreement = msgspec.field(default_factory=Agreement)
    problems: list[str] = []


def summarise(journal: Path, served: Path, watcher: Watcher, expected: list[str]) -> Summary:
    """Count, and compare: journal against broker, values against the simulators."""
    summary = Summary(duplicates=watcher.duplicates)
    scans: list[Scan] = []
    seqs: set[int] = set()
    with JournalReader(journal) as reader:
        for entry in _entries(reader):
            seqs.add(entry.seq)
            if isinstance(entry, Scan):
                scans.append(entry)
                _count(summary, entry)
            else:
                summary.events += 1
    summary.journal_entries = len(seqs)
    summary.delivered_to_mqtt = len(seqs & watcher.delivered.keys())
    summary.lost = summary.journal_entries - summary.delivered_to_mqtt
    summary.agreement = compare(scans, _served(served))
    summary.problems = _problems(summary, expected)
    summary.ok = not summary.problems
    return summary


def _entries(reader: JournalReader) -> Iterator[Entry]:
    after = 0
    while page := reader.entries(after, PAGE):
        yield from page
        after = page[-1].seq


def _count(summary: Summary, scan: Scan) -> None:
    instrument = summary.instruments.setdefault(scan.series.key.instrument, InstrumentSummary())
    qualities = Counter(status.quality.name.lower() for status in scan.statuses)
    summary.scans += 1
    summary.readings += len(scan.values)
    instrument.scans += 1
    instrument.good += qualities["good"]
    instrument.uncertain += qualities["uncertain"]
    instrument.bad += qualities["bad"]


def _served(path: Path) -> Iterator[Served]:
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                yield msgspec.json.decode(line, type=Served)


def _problems(summary: Summary, expected: list[str]) -> list[str]:
    problems: list[str] = []
    if summary.lost:
        problems.append(f"{summary.lost} journal entries did not arrive at MQTT")
    if summary.agreement.deviating:
        problems.append(f"{summary.agreement.deviating} readings differ from what was sent")
    for name in expected:
        counted = summary.instruments.get(name)
        if counted is None or not counted.good:
            problems.append(f"{name}: not one good reading")
    return problems
