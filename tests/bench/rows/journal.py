"""The journal: bytes on disk and CPU for a reading, and a month of one instrument as a trend.

A scan has 20 channels of float64 values (nothing shorter holds them), 20 of float32 (as most
Modbus meters send), 1 channel, or 50 float32 registers. ``append`` is CPU time from the append
to the durable commit, of both threads, in commits of 200 scans; ``read`` from the file to
decoded scans; ``summarise`` what the daemon spends later, so that a trend is read at once.
"""

import asyncio
import struct
import tempfile
import time
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import msgspec

from daq.journal import Journal, JournalReader, JournalSettings, Trend, TrendQuery
from drivers.model import Value
from tests.bench.figure import Figure
from tests.bench.month import CHANNELS, MONTH, fill, readings, summarise
from tests.journal_samples import NOON, NS, good, series_key

BYTES = 12.0
SECONDS = 1.0
BATCH = 200
PAGE = 1000
INSTRUMENTS = 10
POINTS = 1000
LOOKS = 3
"""Of which the one that took the processor least counts."""


class Case(msgspec.Struct, frozen=True):
    """One kind of scan."""

    name: str
    width: int
    float32: bool


DOUBLES = Case("20 channels float64", CHANNELS, float32=False)
OTHERS = (
    Case("20 channels float32", CHANNELS, float32=True),
    Case("1 channel float64", 1, float32=False),
    Case("50 registers float32", 50, float32=True),
)


class Cost(msgspec.Struct, frozen=True):
    """For a reading: bytes on disk, microseconds of CPU."""

    bytes: float
    append: float
    read: float


def measure(*, quick: bool) -> list[Figure]:
    """Bytes a reading, and seconds a month's trend takes."""
    count = 8_000 if quick else 40_000
    main = _cost(DOUBLES, count)
    others = {} if quick else {case.name: _cost(case, count).bytes for case in OTHERS}
    return [
        Figure(
            row="journal",
            what="journal on disk, 20 channels of float64 a scan, summaries included",
            value=main.bytes,
            unit="bytes a reading",
            target=BYTES,
            better="less",
            ratio=BYTES / main.bytes,
            detail={
                "CPU us to append": main.append,
                "to read": main.read,
                **{f"bytes, {name}": size for name, size in others.items()},
            },
        ),
        _trend(MONTH // 10 if quick else MONTH, main.read),
    ]


def _scans_of(case: Case, count: int) -> Iterator[tuple[Value, ...]]:
    """Readings around 230 with noise; the same ones in every run."""
    rows = readings(case.width, count)
    if not case.float32:
        return rows
    packer = struct.Struct(f"<{case.width}f")
    return (packer.unpack(packer.pack(*row)) for row in rows)


def _cost(case: Case, count: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        cpu = asyncio.run(_append(path, case, count))
        summarise(path)
        readings = count * case.width
        return Cost(
            path.stat().st_size / readings,
            cpu / readings * 1e6,
            _read(path) / readings * 1e6,
        )


async def _append(path: Path, case: Case, count: int) -> float:
    """Append and commit all scans; CPU seconds."""
    scans = list(_scans_of(case, count))
    settings = JournalSettings(commit_interval=0.0, summary_interval=1e6)
    journal = await Journal.open(path, settings)
    names = [f"instrument-{number}" for number in range(INSTRUMENTS)]
    series = [journal.series(series_key(name, width=case.width)) for name in names]
    task = asyncio.create_task(journal.run(), name="journal")
    cpu = time.process_time()
    for start in range(0, count, BATCH):
        seq = 0
        for number in range(start, min(start + BATCH, count)):
            one = series[number % INSTRUMENTS]
            seq = journal.append_scan(one, NOON + number * NS, scans[number], good(case.width))
        await journal.wait_beyond(seq - 1)
    cpu = time.process_time() - cpu
    task.cancel()
    await asyncio.wait([task])
    await journal.close()
    return cpu


def _read(path: Path) -> float:
    """Read and decode every scan; CPU seconds."""
    with JournalReader(path) as reader:
        cpu, after = time.process_time(), 0
        while page := reader.entries(after, PAGE):
            after = page[-1].seq
        return time.process_time() - cpu


def _trend(scans: int, read: float) -> Figure:
    """All channels of one instrument at 1 Hz, in a thousand points each.

    ``read`` is what it costs to read a reading without summaries, microseconds: the ratio.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        fill(path, scans, NOON)
        cost = summarise(path)
        with JournalReader(path) as reader:
            trend, clock, cpu = min(
                (_all_channels(reader, scans) for _ in range(LOOKS)), key=itemgetter(2)
            )
            one = _one_channel(reader, scans)
        size = path.stat().st_size
        found = sum(bucket.scans for bucket in trend.buckets[0] if bucket)
        if found != scans:
            raise AssertionError(f"{found} of {scans} scans in the trend")
    return Figure(
        row="journal",
        what=f"trend of {scans / 86400:.0f} days at 1 Hz, 20 channels, 1,000 points each",
        value=clock,
        unit="s",
        target=SECONDS,
        better="less",
        ratio=read * scans * CHANNELS / (cpu * 1e6),
        detail={
            "CPU s": cpu,
            "one channel alone, s": one,
            "points": len(trend.buckets[0]),
            "CPU us a reading to summarise": cost / (scans * CHANNELS) * 1e6,
            "MB": size / 1e6,
        },
    )


def _all_channels(reader: JournalReader, scans: int) -> tuple[Trend, float, float]:
    """The trend, and what it took by the clock and of the processor, in seconds."""
    started, cpu = time.perf_counter(), time.process_time()
    (series,) = reader.series()
    names = tuple(channel.name for channel in series.key.channels)
    trend = reader.trend(TrendQuery(series, names, NOON, NOON + scans * NS, POINTS))
    return trend, time.perf_counter() - started, time.process_time() - cpu


def _one_channel(reader: JournalReader, scans: int) -> float:
    (series,) = reader.series()
    started = time.perf_counter()
    reader.trend(TrendQuery(series, ("c1",), NOON, NOON + scans * NS, POINTS))
    return time.perf_counter() - started
