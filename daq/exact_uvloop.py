"""uvloop with a clock and timers that can be relied upon. Importing it fails where uvloop is not.

uvloop's own clock counts whole milliseconds, rounded down, and its timers fire up to one of them
early. The silence between frames of Modbus RTU is 1.75 ms: with that clock one in 25 was broken
(docs/decisions/0015-fast-lines.md).
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from math import ceil
from time import monotonic
from typing import TypeVarTuple

import uvloop

Ts = TypeVarTuple("Ts")

_MS = 1000.0
_LONG = 1e6
"""Seconds from which on a millisecond does not matter; what is to wait for ever is uvloop's."""


class ExactLoop(uvloop.Loop):
    """uvloop whose ``time`` is the system's monotonic clock, and whose timers are never early."""

    time = staticmethod(monotonic)  # pyright: ignore[reportAssignmentType] - no call in between

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back once the clock says so; up to a millisecond later, as asyncio's own.

        libuv's timers end when its own count of milliseconds has grown by a whole number; which
        count ends no earlier than the moment asked for is worked out from what it is now.
        """
        if 0 < delay < _LONG:
            delay = ceil((monotonic() + delay) * _MS) / _MS - super().time()
        return super().call_later(delay, callback, *args, context=context)
