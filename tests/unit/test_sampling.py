"""The profile of a running daemon."""

import asyncio
import pstats
import signal
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest

from daq.sampling import OTHER_THREADS, sampled

USED = 0.25
"""Seconds of processor time: two dozen samples."""


def work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


def read(path: Path) -> dict[tuple[str, int, str], tuple[int, int, float, float, object]]:
    stats: Any = pstats.Stats(str(path))
    return cast("dict[tuple[str, int, str], tuple[int, int, float, float, object]]", stats.stats)


async def idle_and_work() -> None:
    await asyncio.sleep(0.2)
    work(USED)


def test_time_is_where_the_work_is(tmp_path: Path) -> None:
    with sampled(tmp_path / "profile"):
        asyncio.run(idle_and_work())
    found = {name: times for (_, _, name), times in read(tmp_path / "profile").items()}
    samples, _, own, total, callers = found["work"]
    assert samples > 1
    assert USED / 2 < own <= total < 2 * USED
    assert [name for _, _, name in cast("dict[Any, Any]", callers)] == ["idle_and_work"]
    own, total = found["idle_and_work"][2:4]
    assert own < total == pytest.approx(found["work"][3], rel=0.2)


def test_other_threads_are_told_apart(tmp_path: Path) -> None:
    with sampled(tmp_path / "profile"):
        thread = threading.Thread(target=work, args=(USED,))
        thread.start()
        thread.join()
    stats = read(tmp_path / "profile")
    assert stats[OTHER_THREADS][2] > USED / 2
    assert sum(times[2] for place, times in stats.items() if place != OTHER_THREADS) < USED / 2


def test_afterwards_all_is_as_before(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(KeyError), sampled(tmp_path / "profile"):
        raise KeyError
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert (tmp_path / "profile").stat().st_size
