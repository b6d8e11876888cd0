"""The part that compares runs with their programmes; nothing is loaded before there is one."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from daq.control.programmes import ProgrammeRequest
from daq.control.server import Commands, command
from daq.daemon.running import Running
from daq.journal.journal import Journal
from daq.pulse import Pulse
from daq.runs.keeper import Keeper
from daq.runs.run import Run

if TYPE_CHECKING:
    from daq.programme.follower import Follower
    from daq.programme.progress import Progress


class Programmes:
    """Follows the runs of ``keeper`` once the configuration has a programme."""

    def __init__(
        self, running: Running, journal: Journal, keeper: Keeper, clock: Callable[[], int]
    ) -> None:
        self.pulse = Pulse("programmes")
        self._running, self._journal, self._keeper, self._clock = running, journal, keeper, clock
        self._follower: Follower | None = None
        self._wanted = asyncio.Event()
        self._look()
        running.followers.append(lambda _: self._look())

    @property
    def commands(self) -> Commands:
        """What the socket answers."""
        return command(ProgrammeRequest, self.progress)

    async def run(self) -> None:
        """Wait for a programme, then follow until cancelled."""
        self.pulse.rest()
        await self._wanted.wait()
        from daq.build.programmes import build_follower  # noqa: PLC0415 - costs memory only where there is one

        self._follower = build_follower(
            self._running, self._journal, self._runs, self._clock, self.pulse
        )
        await self._follower.run()

    def progress(self, request: ProgrammeRequest) -> "Progress | None":
        """How far a run is."""
        return None if self._follower is None else self._follower.progress(request.run)

    def _look(self) -> None:
        if self._running.config.programme:
            self._wanted.set()

    def _runs(self) -> Iterable[Run] | None:
        return self._keeper.desk.book.runs.values() if self._keeper.ready else None
