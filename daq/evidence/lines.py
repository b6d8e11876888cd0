"""The entries of a pack as JSON lines, each bound to all before it (docs/reference/evidence.md).

Values are as they were read; what they come to follows from the certificates in series.json.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, BinaryIO

import msgspec

from daq.evidence.errors import EvidenceError
from daq.evidence.verifier import BROKEN, START, joined, lines, link, parted
from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey
from drivers.model import Status, Value


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """What binds an extract to a manifest: its last link (hex), and what it reaches over."""

    lines: int
    link: str
    first: int
    last: int


def write_lines(entries: Iterable[Entry], stream: BinaryIO) -> Extract:
    """Write entries in the order of the journal."""
    previous, count, first, last = START, 0, 0, 0
    for entry in entries:
        content = content_of(entry)
        previous = link(previous, content)
        stream.write(joined(previous, content) + b"\n")
        first, last, count = first or entry.seq, entry.seq, count + 1
    return Extract(lines=count, link=previous.hex(), first=first, last=last)


def content_of(entry: Entry) -> bytes:
    """An entry as JSON. Numbers have every digit; statuses are left out when all are good."""
    if isinstance(entry, Event):
        fields: dict[str, object] = {
            "seq": entry.seq,
            "time": entry.time,
            "kind": entry.kind,
            "subject": entry.subject,
            "severity": entry.severity,
            "text": entry.text,
            "data": entry.data,
        }
    else:
        fields = {"seq": entry.seq, "time": entry.time, "series": entry.series.id}
        fields["values"] = entry.values
        if any(entry.statuses):
            fields["statuses"] = [str(status) for status in entry.statuses]
    return json.dumps(fields, separators=(",", ":")).encode()


def series_of(content: bytes) -> dict[int, Series]:
    """The series of a pack by their number.

    Raises:
        EvidenceError: series.json is not what a pack has.
    """
    try:
        keys = msgspec.json.decode(content, type=dict[int, SeriesKey])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise EvidenceError(f"series.json: {error}; check the pack with `daq verify`") from error
    return {number: Series(number, key) for number, key in keys.items()}


_STATUSES = {str(status): status for status in Status}


class _Line(msgspec.Struct, frozen=True):
    """A line that may be of a scan."""

    seq: int
    time: int
    series: int = -1
    values: tuple[Value, ...] = ()
    statuses: tuple[str, ...] | None = None


def read_scans(file: IO[bytes], series: Mapping[int, Series]) -> Iterator[Scan]:
    """The scans of an extract.

    Raises:
        EvidenceError: a line is not what a pack has.
    """
    for number, line in enumerate(_guarded(file), 1):
        try:
            entry = msgspec.convert(json.loads(parted(line)[1]), _Line)
            if entry.series >= 0:
                yield _scan(entry, series[entry.series])
        except (ValueError, LookupError, RecursionError, msgspec.MsgspecError) as error:
            text = f"journal.jsonl line {number}: {error}; check the pack with `daq verify`"
            raise EvidenceError(text) from error


def _guarded(file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from lines(file)
    except BROKEN as error:
        raise EvidenceError(f"journal.jsonl: {error}; check the pack with `daq verify`") from error


def _scan(entry: _Line, series: Series) -> Scan:
    width = len(series.key.channels)
    statuses = (
        (Status.GOOD,) * width
        if entry.statuses is None
        else tuple([_STATUSES[word] for word in entry.statuses])
    )
    if len(entry.values) != width or len(statuses) != width:
        raise ValueError(f"not one value and status for each of {width} channels")
    return Scan(entry.seq, entry.time, series, entry.values, statuses)
