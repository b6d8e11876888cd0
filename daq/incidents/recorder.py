"""Keeps the traffic of buses with an incident: what led up to it is soon gone from their rings."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from daq.incidents.happening import Recorded
from drivers.recording.piece import About, Page
from drivers.recording.writer import Writer

log = logging.getLogger(__name__)

LARGEST_FOLDER = 500_000_000
"""Bytes of all kept traffic; the oldest files give way. A file is one ring, 3 MB at most."""

DEADLINE = 60.0
"""Seconds writing a file may take."""

ENDING = ".jsonl"

MODE = 0o640
"""Less the umask, as that of the journal."""


class Wanted(msgspec.Struct, frozen=True):
    """The traffic of a bus that is to be kept with an incident."""

    incident: str
    bus: str


class Traffic(Protocol):
    """The latest traffic of a bus."""

    @property
    def about(self) -> About:
        """Which bus it is, and what is spoken on it."""
        ...

    @property
    def end(self) -> int:
        """The number of the next piece."""
        ...

    def page(self, after: int) -> Page:
        """The pieces from this number on, a page of them."""
        ...


class Recorder:
    """Writes what is ``wanted`` into ``folder``, one after the other, and ``tell``s of it."""

    def __init__(
        self,
        folder: Path,
        wanted: "asyncio.Queue[Wanted]",
        traffic: Callable[[str], Traffic | None],
        tell: Callable[[str, Recorded], None],
        largest: int = LARGEST_FOLDER,
    ) -> None:
        self._folder, self._wanted, self._traffic = folder, wanted, traffic
        self._tell, self._largest = tell, largest

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            wanted = await self._wanted.get()
            self._tell(wanted.incident, await self._kept(wanted))

    async def _kept(self, wanted: Wanted) -> Recorded:
        traffic = self._traffic(wanted.bus)
        if traffic is None:
            return Recorded(bus=wanted.bus, trouble="the bus is not in use")
        pages = await _copied(traffic)
        name = f"{wanted.incident}.{wanted.bus}{ENDING}"
        try:
            async with asyncio.timeout(DEADLINE):
                return await asyncio.to_thread(self._write, name, traffic.about, pages)
        except (OSError, TimeoutError) as error:
            why = getattr(error, "strerror", None) or f"took more than {DEADLINE:.0f} s"
            log.warning("traffic of bus %s is not kept: %s", wanted.bus, why)
            return Recorded(bus=wanted.bus, trouble=f"{self._folder}: {why}")

    def _write(self, name: str, about: About, pages: Sequence[Page]) -> Recorded:
        self._folder.mkdir(mode=0o750, exist_ok=True)
        path, part = self._folder / name, self._folder / f"{name}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(part, flags, MODE), "wb") as file:
            writer = Writer(file, about)
            for page in pages:
                writer.write(page)
            os.fsync(file.fileno())
        part.replace(path)
        self._make_room(path)
        return Recorded(
            bus=about.bus,
            file=name,
            pieces=writer.pieces,
            size=path.stat().st_size,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )

    def _make_room(self, newest: Path) -> None:
        files = [(file.stat(), file) for file in self._folder.iterdir() if file.is_file()]
        total = sum(status.st_size for status, _ in files)
        for status, file in sorted(files, key=lambda pair: pair[0].st_mtime_ns):
            if total <= self._largest:
                return
            if file != newest:
                file.unlink(missing_ok=True)
                total -= status.st_size


async def _copied(traffic: Traffic) -> list[Page]:
    """What is there at this moment; other tasks have their turn between two pages."""
    end, after, pages = traffic.end, 0, list[Page]()
    while not pages or (pages[-1].more and after < end):
        pages.append(traffic.page(after))
        after = pages[-1].after
        await asyncio.sleep(0)
    return pages
