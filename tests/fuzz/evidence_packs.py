"""Evidence packs, as they come from outside.

Invariants. The verifier ends with a verdict or says that it cannot check; only the pack as it was
made is sound. Its numbers are worked out again, or an ``EvidenceError`` says why not.
"""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from daq.evidence.errors import EvidenceError
from daq.evidence.evaluate import evaluate
from daq.evidence.lines import Extract, write_lines
from daq.evidence.pack import PackWriter, plain, raw
from daq.evidence.reading import opened
from daq.evidence.results import Results
from daq.evidence.verifier import PACK, VERSION, UnreadableError, verify
from daq.export.csv_format import CsvWriter
from daq.export.export import write_scans
from daq.journal.entry import Event, Scan, Series
from drivers.model import Status
from tests.journal_samples import NOON, NS, series_key

ENTRIES = [
    Scan(1, NOON, Series(1, series_key(width=2)), (1.5, None), (Status.GOOD, Status.TIMEOUT)),
    Event(seq=2, time=NOON, kind="start", subject="daq", severity="info", text="", data={}),
    Scan(4, NOON + NS, Series(1, series_key(width=2)), (True, "x"), (Status.GOOD, Status.GOOD)),
]


@cache
def sound() -> bytes:
    """A small pack, not signed."""
    with tempfile.TemporaryFile() as file:
        results = Results()
        scans = [entry for entry in ENTRIES if isinstance(entry, Scan)]
        for scan in scans:
            results.take(scan)
        with PackWriter(file) as pack:  # pyright: ignore[reportArgumentType]
            made: list[Extract] = []
            pack.add("journal.jsonl", lambda stream: made.append(write_lines(ENTRIES, stream)))
            pack.add("readings.csv", lambda stream: _csv(scans, stream))
            pack.add("results.json", plain(results.done()))
            pack.add("series.json", plain({"1": scans[0].series.key}))
            pack.add("a.txt", raw(b"x"))
            extract = {"lines": made[0].lines, "link": made[0].link}
            pack.seal({"format": PACK, "version": VERSION, "extract": extract}, None)
        file.seek(0)
        return file.read()


def _csv(scans: list[Scan], stream: object) -> None:
    write_scans(scans, CsvWriter, stream)  # pyright: ignore[reportArgumentType]


def target(data: bytes) -> None:
    """Check a pack, and work its numbers out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        path.write_bytes(data)
        try:
            verdict = verify(path, unsigned=True)
        except UnreadableError:
            verdict = None
        try:
            with opened(path) as pack:
                found = evaluate(pack)
        except EvidenceError:
            found = None
    if data == sound():
        assert verdict is not None
        assert verdict.sound, verdict.wrong
        assert found is not None
        assert not found.differences
    if verdict is not None and verdict.sound and found is not None:
        assert not found.differences


def seeds() -> Iterator[bytes]:
    """A pack as it is, cut off, and twice one after the other."""
    yield sound()
    yield sound()[: len(sound()) // 2]
    yield sound()[40:]
    yield sound() + sound()
    yield b"PK\x05\x06" + bytes(18)
