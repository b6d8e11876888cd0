"""Has the daemon journal who signed in, and who could not. While it does not run, that waits."""

import asyncio
import logging
import time
from collections import deque
from pathlib import Path

from msgspec.structs import replace

from daq.access.follow import InForce
from daq.control.client import DeclinedError, NotRunningError
from daq.control.people import PeopleRequest, What, tell_people

log = logging.getLogger(__name__)

MOST = 1000
"""Events that wait; wrong passwords are few in a time, whoever tries (``daq.web.access.attempts``).
"""

LONGEST = 1500
"""Bytes of what differs: a request to the daemon has 4 KiB."""

REFUSALS = 30
"""So often the daemon may decline one before it is given up, and only the log has it."""

RETRY = 2.0
"""Seconds until a daemon that does not answer is asked again."""


class Diary:
    """Tells the daemon in the order in which it happened, from a task of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._waiting: deque[PeopleRequest] = deque()
        self._news = asyncio.Event()
        self._refused = 0

    def signed_in(self, name: str, address: str) -> None:
        """Somebody has signed in."""
        self._note("signed-in", name, by=name, address=address)

    def signed_out(self, name: str, address: str) -> None:
        """Somebody has signed out."""
        self._note("signed-out", name, by=name, address=address)

    def failed(self, name: str, address: str) -> None:
        """A password was wrong."""
        log.warning("web: a wrong password for %s from %s", name, address)
        self._note("sign-in-failed", name, address=address)

    def locked(self, name: str, address: str, seconds: float) -> None:
        """So many passwords were wrong that the user is locked."""
        log.error(
            "web: %s is locked for %g s after wrong passwords from %s", name, seconds, address
        )
        self._add(
            PeopleRequest(
                kind="user-locked", user=name, address=address, seconds=seconds, time=time.time_ns()
            )
        )

    def in_force(self, now: InForce) -> None:
        """Another state of the file of users is in force."""
        log.info("web: other users are in force: %s", "; ".join(now.differences) or "the same")
        self._add(
            PeopleRequest(
                kind="users-in-force",
                user="daq",
                after="\n".join(now.differences).encode()[:LONGEST].decode("utf-8", "ignore"),
                file_before=now.previous,
                file_after=now.digest,
                time=time.time_ns(),
            )
        )

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                if not await asyncio.to_thread(self._told, self._waiting[0]):
                    await asyncio.sleep(RETRY)
                else:
                    self._waiting.popleft()
                    self._refused = 0

    def _note(self, kind: What, name: str, *, by: str = "", address: str) -> None:
        self._add(PeopleRequest(kind=kind, user=name, by=by, address=address, time=time.time_ns()))

    def _add(self, request: PeopleRequest) -> None:
        if len(self._waiting) < MOST:
            self._waiting.append(replace(request, address=request.address[:60]))
        else:
            log.error("web: %s of %s is not journalled: too much waits", request.kind, request.user)
        self._news.set()

    def _told(self, request: PeopleRequest) -> bool:
        try:
            tell_people(self._socket, request)
        except NotRunningError as error:
            log.debug("web: %s waits: %s", request.kind, error)
            return False
        except DeclinedError as error:
            self._refused += 1
            if self._refused < REFUSALS:
                return False
            log.error("web: %s of %s is not journalled: %s", request.kind, request.user, error)  # noqa: TRY400 - it says all
        return True
