"""Keeps the snapshot that every view shows: asks the daemon and follows the journal, once for all.

The daemon may hang and the disk may be sick: each has a thread of its own, and neither holds up
the other or a view.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec

from daq.control.alarms import ask_alarms
from daq.control.client import DeclinedError, NotRunningError
from daq.control.incidents import ask_incidents
from daq.control.runs import ask_runs
from daq.control.status import ask_status
from daq.journal.errors import JournalError
from daq.web.data.journalstate import journal_state
from daq.web.data.register import Register
from daq.web.data.snapshot import Heard, Snapshot
from daq.web.live.follower import Followed, Follower

PERIOD = 1.0
"""Seconds from one look to the next."""

FIRST_LOOK = 10.0
"""Seconds the first page waits for a first look: a large journal takes a moment."""

BOTH = {"daemon", "journal"}


class Watch:
    """The snapshot of now, and waiting for the next one.

    ``register`` reads the configuration anew; it gives None when that cannot be done now.
    """

    def __init__(
        self, journal: Path, socket: Path, register: Callable[[], Register | None], first: Register
    ) -> None:
        self._journal, self._socket, self._register = journal, socket, register
        self._snapshot = Snapshot(register=first, time=time.time_ns())
        self._changed = asyncio.Condition()
        self._looked: set[str] = set()
        self._follower: Follower | None = None
        self._wanted = asyncio.Event()

    @property
    def snapshot(self) -> Snapshot:
        """The newest."""
        return self._snapshot

    async def begun(self) -> None:
        """Wait until there has been a first look at both, for ``FIRST_LOOK`` at most."""
        if len(self._looked) < len(BOTH):
            with suppress(TimeoutError):
                async with asyncio.timeout(FIRST_LOOK), self._changed:
                    await self._changed.wait_for(lambda: self._looked == BOTH)

    async def after(self, version: int, limit: float) -> Snapshot:
        """The first snapshot newer than a version, or after ``limit`` seconds the one there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit), self._changed:
                await self._changed.wait_for(lambda: self._snapshot.version != version)
        return self._snapshot

    async def asked_again(self) -> None:
        """Ask the daemon at once, and wait for what it says: for ``PERIOD`` seconds at most."""
        begun = time.time_ns()
        self._wanted.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(PERIOD), self._changed:
                await self._changed.wait_for(lambda: self._snapshot.heard.at > begun)

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._asking(), name="web: ask the daemon")
            group.create_task(self._following(), name="web: follow the journal")

    async def _asking(self) -> None:
        configured = 0
        with ThreadPoolExecutor(1, "web-daemon") as pool:
            loop = asyncio.get_running_loop()
            while True:
                heard = await loop.run_in_executor(pool, self._ask)
                self._looked.add("daemon")
                status = heard.status if heard.speaks else None
                await self._publish(heard=heard, trail=self._snapshot.trail.noted(status))
                if heard.status is not None and heard.status.configured != configured:
                    configured = heard.status.configured
                    found = await loop.run_in_executor(pool, self._register)
                    if found is not None:
                        await self._publish(register=found)
                await self._pause()

    async def _following(self) -> None:
        with ThreadPoolExecutor(1, "web-journal") as pool:
            loop = asyncio.get_running_loop()
            try:
                while True:
                    found = await loop.run_in_executor(pool, self._follow)
                    self._looked.add("journal")
                    await self._publish(**found)
                    await asyncio.sleep(PERIOD)
            finally:
                pool.submit(self._close)

    async def _pause(self) -> None:
        """Until the next look at the daemon: sooner when somebody has just done something."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PERIOD):
                await self._wanted.wait()
        self._wanted.clear()

    def _ask(self) -> Heard:
        try:
            heard = Heard(ask_status(self._socket), time.time_ns())
        except (NotRunningError, DeclinedError) as error:
            return msgspec.structs.replace(self._snapshot.heard, trouble=str(error))
        before = self._snapshot.heard
        try:
            alarms, trouble = tuple(ask_alarms(self._socket)), ""
        except (NotRunningError, DeclinedError) as error:  # at its start it reads what there is
            alarms, trouble = before.alarms, str(error)
        incidents = before.incidents
        with suppress(NotRunningError, DeclinedError):
            incidents = tuple(ask_incidents(self._socket))
        runs = before.runs
        with suppress(NotRunningError, DeclinedError):
            runs = tuple(ask_runs(self._socket))
        return msgspec.structs.replace(
            heard, alarms=alarms, alarms_trouble=trouble, incidents=incidents, runs=runs
        )

    def _follow(self) -> dict[str, object]:
        try:
            if self._follower is None:
                self._follower = Follower(self._journal)
            return {
                **_fields(self._follower.look()),
                "journal_trouble": "",
                "journal_state": "readable",
            }
        except JournalError as error:
            self._close()
            return {"journal_trouble": str(error), "journal_state": journal_state(error)}

    def _close(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    async def _publish(self, **changes: object) -> None:
        changes |= {"version": self._snapshot.version + 1, "time": time.time_ns()}
        self._snapshot = msgspec.structs.replace(self._snapshot, **changes)
        async with self._changed:
            self._changed.notify_all()


def _fields(followed: Followed) -> dict[str, object]:
    return {name: getattr(followed, name) for name in followed.__struct_fields__}
