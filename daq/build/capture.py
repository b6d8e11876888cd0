"""Writes the traffic of a bus to a recording, from the running daemon or without one."""

import asyncio
import time
from pathlib import Path

from daq.acquire.poller import BusPoller
from daq.build.buses import build_poller
from daq.build.setup import Setup
from daq.build.timing import Timing
from daq.build.unjournaled import Unjournaled
from daq.control.client import DeclinedError
from daq.control.recording import BusRecording, ask_recording
from drivers.recording.ring import Ring
from drivers.recording.writer import Writer

LOOK = 0.5
"""Seconds between two looks for new traffic; a ring holds minutes of it."""

NEWEST = -1


class Daemon:
    """A bus of the running daemon, seen through its control socket.

    All methods raise ``NotRunningError`` when no daemon answers, and ``DeclinedError`` when it
    has no such bus.
    """

    def __init__(self, socket: Path, bus: str) -> None:
        self._socket = socket
        self._bus = bus
        self._after = 0

    def skip(self) -> None:
        """Pass over what there is: from here on only what is new."""
        self._after = self._ask(NEWEST).page.after

    def copy(self, writer: Writer) -> None:
        """Write what is there and was not read yet."""
        more = True
        while more:
            page = self._ask(self._after).page
            if page.after < self._after:
                raise DeclinedError("the daemon was started anew meanwhile; the recording ends")
            writer.write(page)
            self._after, more = page.after, page.more

    def follow(self, writer: Writer, seconds: float | None) -> None:
        """Write what comes, for so long or until interrupted."""
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or end > time.monotonic():
            time.sleep(LOOK if end is None else min(LOOK, max(end - time.monotonic(), 0.0)))
            self.copy(writer)

    def _ask(self, after: int) -> BusRecording:
        return ask_recording(self._socket, self._bus, after)


async def record_directly(
    setup: Setup, bus: str, writer: Writer, seconds: float | None
) -> BusPoller:
    """Open a bus, poll its instruments as configured, write what goes over it.

    Nothing is journalled. Ends after ``seconds``, or when cancelled; what went over the line is
    in the file either way. Returns the poller, which knows what went wrong.
    """
    timing = Timing.of(setup.config, asyncio.get_running_loop().time())
    after, poller = 0, build_poller(setup, bus, Unjournaled(), timing)
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            group.create_task(poller.run(), name=f"poll {bus}")
            while True:
                await asyncio.sleep(LOOK)
                after = _copy(poller.ring, writer, after)
    except TimeoutError:
        pass
    finally:
        _copy(poller.ring, writer, after)
    return poller


def _copy(ring: Ring, writer: Writer, after: int) -> int:
    """Write the pieces of a ring from number ``after`` on; the number of the next."""
    more = True
    while more:
        page = ring.page(after)
        writer.write(page)
        after, more = page.after, page.more
    return after
