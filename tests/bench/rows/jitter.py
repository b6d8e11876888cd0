"""How punctual 500 groups at 100 ms are, as the daemon counts it and as the units see it.

The units answer at once and put the time of their reply into what they answer; nothing is
delivered, all is journalled. The daemon counts how long after they were due scans began, in
classes; the far end sees when they arrived, and takes the earliest of a unit for punctual.
"""

import tempfile
import time
from collections import defaultdict
from itertools import accumulate
from pathlib import Path

from daq.control.status import DaemonStatus
from daq.journal.entry import Scan
from daq.journal.reader import JournalReader
from drivers.model import Value
from tests.bench.figure import Figure, RowError
from tests.bench.plant.plant import Load, plant

UNITS = 500
INTERVAL = 0.1
REGISTERS = 10
TARGET = 2.0
WARM_UP = 3.0
SHARES = (0.5, 0.9, 0.99, 0.999)
NS, MS = 1e9, 1e3


def measure(*, quick: bool) -> list[Figure]:
    """Milliseconds that 99 of 100 scans are not late by."""
    seconds = 4.0 if quick else 30.0
    load = Load(
        units=UNITS,
        interval=f"{INTERVAL * MS:g}ms",
        stamped=True,
        registers=REGISTERS,
        delivered=False,
    )
    with tempfile.TemporaryDirectory() as folder, plant(Path(folder), load) as here:
        here.start_daemon()
        here.wait_polling()
        time.sleep(WARM_UP)
        before, cpu, began = here.status(), here.cpu(), time.monotonic()
        time.sleep(seconds)
        after, cpu, ended = here.status(), here.cpu() - cpu, time.monotonic()
        here.stop_daemon()
        seen = _seen(here.folder / "journal.db", (began + 0.1) * NS, ended * NS)
    counted = _counted(before, after)
    scans = sum(count for _, count in counted)
    if scans < 0.9 * UNITS * seconds / INTERVAL:
        raise RowError(f"only {scans} scans in {seconds:g} s: the daemon cannot keep up")
    ours = [_class(counted, share) * MS for share in SHARES]
    theirs = [seen[int(share * (len(seen) - 1))] * MS for share in SHARES]
    return [
        Figure(
            row="jitter",
            what="poll jitter, 500 groups at 100 ms, 99 of 100 (upper bound of its class)",
            value=ours[2],
            unit="ms",
            target=TARGET,
            better="less",
            detail={
                "half": ours[0],
                "99.9 %": ours[3],
                "far end: half": theirs[0],
                "far end: 99 %": theirs[2],
                "far end: 99.9 %": theirs[3],
                "skipped": sum(bus.skipped_ticks for bus in after.buses)
                - sum(bus.skipped_ticks for bus in before.buses),
                "cores": cpu / (ended - began),
            },
            series={
                "ms, as counted by the daemon, by share of scans": list(
                    zip(SHARES, ours, strict=True)
                ),
                "ms, as seen by the units": list(zip(SHARES, theirs, strict=True)),
            },
        )
    ]


def _counted(before: DaemonStatus, after: DaemonStatus) -> list[tuple[float, int]]:
    """Upper bounds in seconds, and how many scans of all buses fell into each class between."""
    bounds = after.buses[0].lateness.bounds
    pairs = zip(before.buses, after.buses, strict=True)
    counts = [
        [new - old for old, new in zip(b.lateness.counts, a.lateness.counts, strict=True)]
        for b, a in pairs
    ]
    totals = [sum(column) for column in zip(*counts, strict=True)]
    return list(zip([*bounds, float("inf")], totals, strict=True))


def _class(counted: list[tuple[float, int]], share: float) -> float:
    wanted = share * sum(count for _, count in counted)
    sums = accumulate(count for _, count in counted)
    return next(b for (b, _), s in zip(counted, sums, strict=True) if s >= wanted)


def _seen(journal: Path, begin: float, end: float) -> list[float]:
    """How late in seconds each request reached its unit, sorted."""
    arrivals: dict[int, list[int]] = defaultdict(list)
    with JournalReader(journal) as reader:
        after = 0
        while page := reader.entries(after, 5000):
            after = page[-1].seq
            for entry in page:
                if isinstance(entry, Scan) and begin < (stamp := _stamp(entry.values)) < end:
                    arrivals[entry.series.id].append(stamp)
    late: list[float] = []
    for times in arrivals.values():
        origins = [
            (time - times[0]) - round((time - times[0]) / NS / INTERVAL) * INTERVAL * NS
            for time in times
        ]
        late += [(origin - min(origins)) / NS for origin in origins]
    return sorted(late)


def _stamp(values: tuple[Value, ...]) -> int:
    """ns of the monotonic clock, from the first four registers; 0 of a failed scan."""
    words = values[:4]
    if not all(isinstance(word, int) for word in words):
        return 0
    return int.from_bytes(b"".join(int(word or 0).to_bytes(2, "big") for word in words), "big")
