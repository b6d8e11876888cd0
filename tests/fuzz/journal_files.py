"""Journal files and bodies that are damaged, or made to do harm.

Invariants. Every reader ends, with entries or with a ``JournalError``; a codec decodes a body or
raises ``CodecError``; what it decodes is what such a series can hold.
"""

import asyncio
import contextlib
import functools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from daq.journal.codec import CodecError, ScanCodec
from daq.journal.entry import Series
from daq.journal.errors import JournalError
from daq.journal.eventcodec import decode_event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from drivers.model import Status
from tests.fuzz.choices import Choices, changed
from tests.journal_samples import append, running, series_key

LONGEST = 10**6
READS: tuple[Callable[[JournalReader], object], ...] = (
    lambda reader: reader.station,
    lambda reader: reader.last,
    lambda reader: reader.entries(0, 1000),
    lambda reader: reader.series(),
    lambda reader: list(reader.scans(Query())),
    lambda reader: list(reader.events(Query())),
    lambda reader: reader.latest(),
    lambda reader: reader.cursors(),
    lambda reader: list(reader.quarantined()),
    lambda reader: reader.statistics(),
)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-journal-")


@functools.cache
def sound() -> bytes:
    """A small journal with two series, scans of each form, an event and a refused entry."""
    path = Path(_folder().name) / "sound.db"

    async def fill() -> None:
        async with running(path) as journal:
            narrow, wide = (
                journal.series(series_key()),
                journal.series(series_key("wide", width=40)),
            )
            for number in range(1, 40):
                append(journal, narrow, number)
                append(journal, wide, number)
            seq = _odd_ones(journal.append_scan, narrow)
            journal.append_event("bus-lost", "line", "gone", data={"reason": "x", "n": 1.5})
            await journal.wait_beyond(seq)

    with asyncio.Runner() as runner:
        runner.run(fill())
    return path.read_bytes()


def _odd_ones(append_scan: Callable[..., int], series: Series) -> int:
    failed, good = (Status.TIMEOUT,) * 3, (Status.GOOD,) * 3
    append_scan(series, 1, (None,) * 3, failed)
    append_scan(series, 2, (1, "text", True), good)
    return append_scan(series, 3, (2**70, 0.5, None), (Status.GOOD, Status.GOOD, Status.TIMEOUT))


def target(data: bytes) -> None:
    """Read a body, or a journal with some bytes changed."""
    choices = Choices(data)
    kind = choices.below(4)
    if kind == 0:
        _body(choices)
    elif kind == 1:
        with contextlib.suppress(CodecError):
            decode_event(1, 2, choices.rest())
    else:
        _file(changed(sound(), choices, 16) if kind == 2 else overwritten(choices))


def seeds() -> Iterator[bytes]:
    """Bodies of each form, and a journal with something changed on each page."""
    codec = ScanCodec(3)
    good = (Status.GOOD,) * 3
    for values in ((1.0, 2.0, 3.0), (0.1, 0.2, 0.3), (1, "a", None), (2**70, True, 0.5)):
        yield bytes([0, 3]) + codec.encode(values, good)
        yield bytes([0, 3]) + codec.encode(values, (Status.TIMEOUT, *good[1:]))
    yield bytes([0, 3, 5]) + b"[" * 3000
    yield bytes([0, 3, 4]) + b"\x91" * 3000
    yield bytes([1]) + b'{"kind":"a","subject":"b","severity":"info","text":"c","data":{"d":1}}'
    yield bytes([1]) + b'{"a":' * 900
    for page in range(len(sound()) // 4096 + 1):
        yield bytes([3, 1]) + (page * 4096 + 7).to_bytes(3, "big") + b"\4\xff\0\xff\xff"
        yield bytes([2, 1, page * 4 % 256, page]) + bytes([0, 3, 1, 2, 3])


def _body(choices: Choices) -> None:
    width = choices.below(50)
    try:
        values, statuses = ScanCodec(width).decode(choices.rest())
    except CodecError:
        return
    assert len(values) == len(statuses) == width
    assert all(isinstance(value, (float, int, str, type(None))) for value in values)


def overwritten(choices: Choices) -> bytes:
    """The sound journal with some bytes put in the place of others."""
    content = bytearray(sound())
    for _ in range(1 + choices.below(8)):
        place = (choices.below(256) << 16 | choices.below(65_536)) % len(content)
        put = choices.piece(32)
        content[place : place + len(put)] = put
    return bytes(content)


def _file(content: bytes) -> None:
    path = Path(_folder().name) / "fuzz.db"
    path.write_bytes(content[:LONGEST])
    try:
        with JournalReader(path) as reader:
            for read in READS:
                with contextlib.suppress(JournalError):
                    read(reader)
    except JournalError:
        pass
