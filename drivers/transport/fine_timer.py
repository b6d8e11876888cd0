"""A timer to a tenth of a millisecond, for the silence between frames on a serial line.

asyncio waits in whole milliseconds, rounded up (``selectors.EpollSelector``); at 115200 baud that
alone is a tenth of a cycle. The kernel has a timer that is a file descriptor and exact: timerfd
(timerfd_create(2)), in Python's ``os`` from 3.13 on, in the C library of every Linux.
"""

import asyncio
import contextlib
import ctypes
import os
import sys
from functools import cache

_CLOCK_MONOTONIC = 1
_FLAGS = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_NANO = 1_000_000_000


class _Spec(ctypes.Structure):
    """``struct itimerspec``: an interval, which stays 0, and the time until it fires."""

    _fields_ = (("interval", ctypes.c_long * 2), ("value", ctypes.c_long * 2))


class FineTimer:
    """One timer of one event loop; one wait at a time. ``close`` frees its descriptor.

    Where the system has no such timer it waits as asyncio does.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._fired: asyncio.Future[None] | None = None
        self._descriptor = _create()
        if self._descriptor >= 0:
            self._loop.add_reader(self._descriptor, self._fire)

    async def sleep(self, seconds: float) -> None:
        """Wait; never less than asked for."""
        if self._descriptor < 0 or seconds <= 0:
            await asyncio.sleep(seconds)
            return
        self._set(seconds)
        self._fired = self._loop.create_future()
        try:
            await self._fired
        finally:
            self._fired = None

    def close(self) -> None:
        """Free the descriptor; whoever waits is woken. Harmless when closed already."""
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1
        self._wake()

    def _set(self, seconds: float) -> None:
        nanoseconds = max(int(seconds * _NANO), 0) + 1
        spec = _Spec((0, 0), divmod(nanoseconds, _NANO))
        _library().timerfd_settime(self._descriptor, 0, ctypes.byref(spec), None)

    def _fire(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._descriptor, 8)
        self._wake()

    def _wake(self) -> None:
        if self._fired is not None and not self._fired.done():
            self._fired.set_result(None)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _create() -> int:
    """A descriptor, or -1 where there is none to be had."""
    if sys.platform != "linux":
        return -1
    return _library().timerfd_create(_CLOCK_MONOTONIC, _FLAGS)
