"""Where entries in quarantine are retried or dropped: by the daemon, or without one."""

import asyncio
import os
import pwd
import time
from pathlib import Path
from typing import Literal, TypeAlias

from daq.build.journal import journal_settings
from daq.config.config import Config
from daq.control.client import NotRunningError, ask_quarantine
from daq.control.quarantine import Released
from daq.control.request import Request
from daq.daemon.release import Ranges, drop, requeued_in, retry
from daq.errors import DaqError
from daq.journal.journal import Journal

Action: TypeAlias = Literal["retry", "drop"]

PATIENCE = 30.0
"""Seconds without any progress after which the rest is left where it is."""

PAUSE = 0.2
RANGES_AT_ONCE = 80
"""A request is a line of limited length."""


class NotOursError(DaqError):
    """The journal belongs to another user: written to as this one, it could shut that one out."""


class Office:
    """Retries or drops entries of one sink; ``daemon`` tells whether one was there to do it."""

    def __init__(self, config: Config, sink: str, action: Action) -> None:
        self.daemon = True
        self._config, self._sink, self._action = config, sink, action
        self._by = _user()

    def release(self, ranges: Ranges) -> Released:
        """Release some of the entries in these ranges.

        Raises:
            DeclinedError: the daemon knows no such sink.
            JournalError: without a daemon, the journal cannot be written.
            NotOursError: without a daemon, the journal is another user's.
        """
        request = Request(
            command="quarantine",
            sink=self._sink,
            action=self._action,
            ranges=tuple(ranges),
            by=self._by,
        )
        try:
            return ask_quarantine(self._config.socket, request)
        except NotRunningError:
            self.daemon = False
        _check_owner(self._config.journal.path)
        return asyncio.run(self._without_daemon(ranges))

    async def _without_daemon(self, ranges: Ranges) -> Released:
        path, sink = self._config.journal.path, self._sink
        journal = await Journal.open(path, journal_settings(self._config.journal))
        try:
            if self._action == "drop":
                return await drop(journal, sink, ranges, self._by)
            return await retry(journal, sink, ranges, self._by, requeued_in(journal, sink))
        finally:
            await journal.close()


def released(office: Office, ranges: Ranges) -> tuple[int, bool]:
    """Release all entries in these ranges, which ascend; their count, and whether some are left.

    Raises:
        DaqError: see ``Office.release``.
    """
    count, limit = 0, time.monotonic() + PATIENCE
    rest = list(ranges)
    while rest:
        some = rest[:RANGES_AT_ONCE]
        answer = office.release(some)
        count += answer.count
        if not answer.more:
            rest = rest[RANGES_AT_ONCE:]
        elif answer.count:
            rest = _beyond(rest, answer.upto)
        if answer.count:
            limit = time.monotonic() + PATIENCE
        elif answer.more and (not office.daemon or time.monotonic() > limit):
            return count, True
        elif answer.more:
            time.sleep(PAUSE)
    return count, False


def _beyond(ranges: Ranges, upto: int) -> list[tuple[int, int]]:
    return [(max(first, upto + 1), last) for first, last in ranges if last > upto]


def _check_owner(path: Path) -> None:
    try:
        owner = path.stat().st_uid
    except OSError:
        return  # opening it says what is wrong
    if owner != os.geteuid():
        raise NotOursError(
            f"{path} belongs to {_name(owner)} and no daemon runs: start the daemon, or do this "
            f"as {_name(owner)}"
        )


def _user() -> str:
    return _name(os.getuid())


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
