"""A profile of the running daemon, taken by samples, cheap enough for the field.

A hundred times in each second of processor time the kernel interrupts the process (setitimer(2),
ITIMER_PROF), and it is noted where the event loop's thread is and how much of the processor that
thread has used since the last time. A daemon that sleeps is not interrupted. What cProfile does,
to hook every call, would cost as much again as the daemon itself.

The file is what ``cProfile`` writes: ``python -m pstats FILE``, snakeviz and others read it.
``tottime`` is the processor time in a function itself, ``cumtime`` with all it called, ``ncalls``
the number of samples. What other threads used (the journal's writer) is one line of its own.
"""

import marshal
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

INTERVAL = 0.01
"""Seconds of processor time between two samples."""

Place = tuple[str, int, str]
"""File, line and name of a function, as in the module pstats."""

OTHER_THREADS: Place = ("~", 0, "<other threads>")


class _Count:
    """What is known of one function, and of it by caller."""

    __slots__ = ("callers", "own", "samples", "total")

    def __init__(self) -> None:
        self.samples, self.own, self.total = 0, 0.0, 0.0
        self.callers: dict[CodeType, _Count] = {}

    def add(self, seconds: float, *, leaf: bool) -> None:
        self.samples += 1
        self.own += seconds * leaf
        self.total += seconds

    @property
    def plain(self) -> tuple[int, int, float, float]:
        return self.samples, self.samples, self.own, self.total


class Sampler:
    """Collects samples of the thread it is made in, which must be the main one."""

    def __init__(self) -> None:
        self._counts: dict[CodeType, _Count] = {}
        self._last = self._begun = time.thread_time()
        self._process = time.process_time()

    def sample(self, _signal: int, frame: FrameType | None) -> None:
        """Take note of where the thread is."""
        now = time.thread_time()
        seconds, self._last = now - self._last, now
        seen: set[CodeType] = set()
        leaf = True
        while frame is not None:
            code, frame = frame.f_code, frame.f_back
            if code not in seen:  # a recursion counts once
                seen.add(code)
                self._note(code, frame, seconds, leaf=leaf)
            leaf = False

    def _note(
        self, code: CodeType, caller: FrameType | None, seconds: float, *, leaf: bool
    ) -> None:
        count = self._counts.setdefault(code, _Count())
        count.add(seconds, leaf=leaf)
        if caller is not None:
            count.callers.setdefault(caller.f_code, _Count()).add(seconds, leaf=leaf)

    def dump(self, path: Path) -> None:
        """Write what was collected so far, in the format of cProfile."""
        own = time.thread_time() - self._begun
        others = max(time.process_time() - self._process - own, 0.0)
        stats: dict[Place, object] = {OTHER_THREADS: (1, 1, others, others, {})}
        for code, count in self._counts.items():
            callers = {_place(by): each.plain for by, each in count.callers.items()}
            stats[_place(code)] = (*count.plain, callers)
        path.write_bytes(marshal.dumps(stats))


@contextmanager
def sampled(path: Path) -> Generator[None]:
    """Sample the main thread while the block runs, then write the profile.

    Raises:
        OSError: the file cannot be written, in the end.
    """
    sampler = Sampler()
    before = signal.signal(signal.SIGPROF, sampler.sample)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
        sampler.dump(path)


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_firstlineno, code.co_qualname
