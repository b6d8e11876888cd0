"""Takes a changed configuration: what changed is restarted, what is wrong is refused."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from daq.build.changes import Changes
from daq.config.config import Config
from daq.control.reload import Reloaded, ReloadRequest
from daq.control.server import RefusedError
from daq.daemon.prospect import Prospect, look
from daq.daemon.running import Running
from daq.journal import kinds
from daq.journal.journal import Journal
from daq.notify import notify

log = logging.getLogger(__name__)

LOOK_LIMIT = 30.0
"""Seconds reading and judging may take; a file may be on a disk that hangs."""


class Reloader:
    """Reloads when asked, one at a time; ``path`` is the file the daemon was started with.

    Whoever asks while a reload waits to begin shares it. ``wake`` asks without an answer.
    ``follow`` is awaited when a changed configuration is in force, for what is no bus and no sink.
    """

    def __init__(
        self,
        path: Path,
        running: Running,
        journal: Journal,
        wake: asyncio.Event | None = None,
        follow: Callable[[Config], Awaitable[None]] | None = None,
    ) -> None:
        self._path = path
        self._running = running
        self._journal = journal
        self._wake = wake or asyncio.Event()
        self._follow = follow
        self._asking: list[asyncio.Future[Reloaded]] = []
        self._over = False

    async def answer(self, request: ReloadRequest) -> Reloaded:
        """Answers the command ``reload`` of the control socket.

        Raises:
            RefusedError: the daemon runs with another file, or is stopping.
        """
        if request.path and not _same(Path(request.path), self._path):
            raise RefusedError(f"it runs with {self._path}, not with {request.path}")
        if self._over:
            raise RefusedError("it is stopping")
        asking: asyncio.Future[Reloaded] = asyncio.get_running_loop().create_future()
        self._asking.append(asking)
        self._wake.set()
        return await asking

    async def run(self) -> None:
        """Reload whenever somebody asks, until cancelled."""
        asking: list[asyncio.Future[Reloaded]] = []
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                asking, self._asking = self._asking, []
                _settle(asking, await self._told())
        finally:
            self._over = True
            _settle(asking + self._asking, RefusedError("it is stopping"))

    async def _told(self) -> Reloaded:
        """Reload, and tell the service manager when it begins and ends (sd_notify(3))."""
        notify(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
        try:
            return await self._reload()
        finally:
            notify("READY=1")

    async def _reload(self) -> Reloaded:
        prospect = await self._look()
        for text in prospect.warnings:
            log.warning("reload: %s", text)
        if prospect.step is None:
            return self._refuse(prospect)
        if not prospect.step.changes.any and prospect.step.target == self._running.target:
            log.info("reload: nothing has changed in %s", self._path)
            return self._result(prospect)
        try:
            ready = await self._running.prepare(prospect.step)
        except Exception as error:  # a mistake of ours must not end what runs
            log.exception("reload: internal error")
            return self._refuse(Prospect(errors=(f"internal error: {error!r}",)))
        tell = partial(self._tell, prospect.step.changes, self._running.config_hash)
        await self._running.change(ready, tell)
        if self._follow is not None:
            await self._follow(self._running.config)
        return self._result(prospect, prospect.step.changes)

    async def _look(self) -> Prospect:
        """In a thread: no bus must miss a tick for it."""
        try:
            async with asyncio.timeout(LOOK_LIMIT):
                return await asyncio.to_thread(look, self._path, self._running.target)
        except TimeoutError:
            return Prospect(errors=(f"{self._path}: not read within {LOOK_LIMIT:g} s",))
        except Exception as error:
            log.exception("reload: internal error")
            return Prospect(errors=(f"internal error: {error!r}",))

    def _tell(self, changes: Changes, before: str) -> None:
        words = {what: names for what, names in changes.words().items() if names}
        told = [f"{what}: {names}" for what, names in words.items()]
        self._journal.append_event(
            kinds.CONFIGURATION_CHANGED.name,
            "daq",
            "; ".join(["a changed configuration is in force", *told]),
            data={"config_hash": self._running.config_hash, "previous_hash": before, **words},
        )

    def _refuse(self, prospect: Prospect) -> Reloaded:
        count, first = len(prospect.errors), prospect.errors[0]
        for text in prospect.errors:
            log.error("reload: %s", text)
        more = f" and {count - 1} more" if count > 1 else ""
        self._journal.append_event(
            kinds.CONFIGURATION_REFUSED.name,
            "daq",
            f"the configuration on disk is refused, the old one runs on: {first}{more}",
            severity="error",
            data={"errors": count, "first": first, "config_hash": self._running.config_hash},
        )
        return self._result(prospect)

    def _result(self, prospect: Prospect, changes: Changes | None = None) -> Reloaded:
        return Reloaded(
            path=str(self._path),
            config_hash=self._running.config_hash,
            changed=changes is not None,
            errors=prospect.errors,
            warnings=prospect.warnings,
            **(changes.words() if changes else {}),
        )


def _same(one: Path, other: Path) -> bool:
    try:
        return one == other.absolute() or one.samefile(other)
    except OSError:
        return False


def _settle(asking: list[asyncio.Future[Reloaded]], result: Reloaded | RefusedError) -> None:
    for future in asking:
        if future.done():  # whoever asked has gone
            continue
        if isinstance(result, RefusedError):
            future.set_exception(result)
        else:
            future.set_result(result)
