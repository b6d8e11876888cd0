"""Where entries in quarantine are retried or dropped: by the daemon, or without one."""

import asyncio
import os
from pathlib import Path

from daq.build.journal import journal_settings
from daq.config.config import Config
from daq.control.client import NotRunningError
from daq.control.peer import account, own_account
from daq.control.quarantine import Action, Ranges, Released
from daq.control.release import Desk
from daq.daemon.release import Release, drop, requeued_in, retry
from daq.errors import DaqError
from daq.journal.behalf import on_behalf_of
from daq.journal.journal import Journal


class NotOursError(DaqError):
    """The journal belongs to another user: written to as this one, it could shut that one out."""


class Office:
    """Retries or drops entries of one sink; ``daemon`` tells whether one was there to do it."""

    def __init__(self, config: Config, sink: str, action: Action, reason: str = "") -> None:
        self.daemon = True
        self._config, self._sink, self._action = config, sink, action
        self._why = Release(own_account(), reason)
        self._desk = Desk(
            socket=config.socket, sink=sink, action=action, by=self._why.by, reason=reason
        )

    def release(self, ranges: Ranges) -> Released:
        """Release some of the entries in these ranges.

        Raises:
            DeclinedError: the daemon knows no such sink.
            JournalError: without a daemon, the journal cannot be written.
            NotOursError: without a daemon, the journal is another user's.
        """
        try:
            return self._desk.release(ranges)
        except NotRunningError:
            self.daemon = False
        check_owner(self._config.journal.path)
        return asyncio.run(self._without_daemon(ranges))

    async def _without_daemon(self, ranges: Ranges) -> Released:
        path, sink = self._config.journal.path, self._sink
        journal = await Journal.open(path, journal_settings(self._config.journal))
        try:
            with on_behalf_of(own_account()):
                if self._action == "drop":
                    return await drop(journal, sink, ranges, self._why)
                return await retry(journal, sink, ranges, self._why, requeued_in(journal, sink))
        finally:
            await journal.close()


def check_owner(path: Path) -> None:
    """Whether this user may write the journal without shutting out whoever it belongs to.

    Raises:
        NotOursError: it is another user's.
    """
    try:
        owner = path.stat().st_uid
    except OSError:
        return  # opening it says what is wrong
    if owner != os.geteuid():
        raise NotOursError(
            f"{path} belongs to {account(owner)} and no daemon runs: start the daemon, or do this "
            f"as {account(owner)}"
        )
