"""What is measured every few seconds: the daemon's process, and what it says of itself."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daq.control.status import BusStatus, DaemonStatus

TICKS = os.sysconf("SC_CLK_TCK")


class Process(msgspec.Struct, frozen=True):
    """A process as the kernel sees it (proc(5)); memory in MB, CPU in seconds since its start."""

    pid: int
    memory: float
    descriptors: int
    threads: int
    cpu: float


class Sample(msgspec.Struct, frozen=True):
    """One look; ``at`` seconds from the beginning. ``lateness`` is the time (s) 99 % of the scans
    since the last look were not later than."""

    at: float
    process: Process
    journal_mb: float
    committed: int
    lag_entries: dict[str, int]
    lag_seconds: dict[str, float]
    lateness: float


def look_at(pid: int) -> Process | None:
    """A process; None when it has ended."""
    folder = Path(f"/proc/{pid}")
    try:
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        descriptors = len(list((folder / "fd").iterdir()))
        memory = int(status["VmRSS"].split()[0]) / 1024
    except (OSError, KeyError):
        return None
    cpu = (int(fields[11]) + int(fields[12])) / TICKS
    return Process(pid, memory, descriptors, int(status["Threads"]), cpu)


class Lateness:
    """How late scans were between two looks."""

    def __init__(self) -> None:
        self._pid = 0
        self._before: list[int] = []

    def since_last(self, status: DaemonStatus) -> float:
        """The lateness (s) 99 of 100 scans did not exceed since the last look."""
        bounds, counts = _all(status.buses)
        before = self._before if status.pid == self._pid else []
        self._pid, self._before = status.pid, counts
        return quantile(bounds, _less(counts, before), 0.99)


def quantile(bounds: Sequence[float], counts: Sequence[int], share: float) -> float:
    """An upper bound of so large a share of what was counted in classes; 0 of nothing."""
    wanted, seen = share * sum(counts), 0
    for bound, count in zip(bounds, counts, strict=True):
        seen += count
        if seen and seen >= wanted:
            return bound if math.isfinite(bound) else 2 * bounds[-2]
    return 0.0


def _all(buses: Sequence[BusStatus]) -> tuple[list[float], list[int]]:
    counted = [bus.lateness for bus in buses if bus.lateness.counts]
    if not counted:
        return [], []
    counts = [sum(each) for each in zip(*(each.counts for each in counted), strict=True)]
    # JSON has no infinity: the last class is that of everything beyond.
    return [*counted[0].bounds, math.inf][: len(counts)], counts


def _less(counts: list[int], before: list[int]) -> list[int]:
    """Counts go back when a bus is built anew by a reload; then all of it counts."""
    if len(before) != len(counts):
        return counts
    change = [now - then for now, then in zip(counts, before, strict=True)]
    return counts if min(change) < 0 else change


def sample(at: float, process: Process, status: DaemonStatus, lateness: float) -> Sample:
    """One look at a daemon that answers."""
    return Sample(
        at=round(at, 2),
        process=process,
        journal_mb=round(status.journal.size_bytes / 1e6, 3),
        committed=status.journal.committed,
        lag_entries={sink.name: sink.lag_entries for sink in status.sinks},
        lag_seconds={sink.name: round(sink.lag_seconds or 0.0, 2) for sink in status.sinks},
        lateness=lateness,
    )
