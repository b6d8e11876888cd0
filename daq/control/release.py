"""Asks the daemon to retry or drop entries of a quarantine, as many as there are."""

import time
from pathlib import Path
from typing import Protocol

import msgspec

from daq.control.quarantine import Action, QuarantineRequest, Ranges, Released, ask_quarantine

PATIENCE = 30.0
"""Seconds without any progress after which the rest is left where it is."""

PAUSE = 0.2
RANGES_AT_ONCE = 60
"""A request is a line of limited length."""


class Releasing(Protocol):
    """What releases some entries at a time; ``daemon`` tells whether one is there to do it."""

    @property
    def daemon(self) -> bool:
        """Whether what is left now may find room by itself in a moment."""
        ...

    def release(self, ranges: Ranges) -> Released:
        """Release some of the entries in these ranges.

        Raises:
            DaqError: that cannot be done.
        """
        ...


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Has the daemon do it. ``by`` and ``reason`` go into the event that tells of it."""

    socket: Path
    sink: str
    action: Action
    by: str
    reason: str = ""

    @property
    def daemon(self) -> bool:
        """It is asked, or else nothing is done."""
        return True

    def release(self, ranges: Ranges) -> Released:
        """Release some of the entries in these ranges.

        Raises:
            NotRunningError: no daemon answers.
            DeclinedError: it knows no such sink.
        """
        request = QuarantineRequest(
            sink=self.sink,
            action=self.action,
            ranges=tuple(ranges),
            by=self.by,
            reason=self.reason,
        )
        return ask_quarantine(self.socket, request)


def released(desk: Releasing, ranges: Ranges, patience: float = PATIENCE) -> tuple[int, bool]:
    """Release all entries in these ranges, which ascend; their count, and whether some are left.

    Raises:
        DaqError: see ``release`` of the desk.
    """
    count, limit = 0, time.monotonic() + patience
    rest = list(ranges)
    while rest:
        some = rest[:RANGES_AT_ONCE]
        answer = desk.release(some)
        count += answer.count
        if not answer.more:
            rest = rest[RANGES_AT_ONCE:]
        elif answer.count:
            rest = _beyond(rest, answer.upto)
        if answer.count:
            limit = time.monotonic() + patience
        elif answer.more and (not desk.daemon or time.monotonic() > limit):
            return count, True
        elif answer.more:
            time.sleep(PAUSE)
    return count, False


def _beyond(ranges: Ranges, upto: int) -> list[tuple[int, int]]:
    return [(max(first, upto + 1), last) for first, last in ranges if last > upto]
