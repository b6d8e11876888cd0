"""A sink in memory that fails as a test wants, and the pump that serves it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec

from daq.deliver.present import Present
from daq.deliver.pump import Pump
from daq.deliver.settings import PumpSettings
from daq.deliver.sink import Beat, Outcome, SinkUnavailableError
from daq.deliver.source import EntrySource
from daq.journal import Entry, Event, Scan

FAST = PumpSettings(retry_first=0.002, retry_longest=0.01, backlog_rate=1e6, stop_timeout=0.1)


class Write(msgspec.Struct):
    """One call of ``write``: the numbers it carried."""

    seqs: list[int]
    historical: bool
    delivered: list[int]


class ScriptedSink:
    """Takes everything, unless ``reachable`` is False or ``answer`` says otherwise.

    ``answer`` is called with the entries of a write; it returns an outcome or raises.
    ``retained`` holds, by instrument, every number that came as the newest of its topic, taken
    or not: a broker may have kept it before its answer was lost.
    """

    def __init__(self, name: str = "scripted", *, retains: bool = False) -> None:
        self._name = name
        self._retains = retains
        self.retained: dict[str, list[int]] = {}
        self.reachable = True
        self.answer: Callable[[Sequence[Entry]], Outcome] = lambda _batch: Outcome()
        self.hold: asyncio.Event | None = None
        self.writes: list[Write] = []
        self.events: list[str] = []
        self.beats: list[int] = []
        self.shown: list[Present] = []
        self.connects = 0
        self.connected = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def delivered(self) -> list[int]:
        """Every number that was taken, in the order of taking."""
        return [seq for write in self.writes for seq in write.delivered]

    def taken(self, *, historical: bool) -> list[int]:
        """The numbers taken as backlog, or those taken live."""
        return [s for w in self.writes if w.historical is historical for s in w.delivered]

    @property
    def address(self) -> str:
        return f"memory of {self._name}"

    @property
    def retains(self) -> bool:
        return self._retains

    async def connect(self) -> None:
        self.connects += 1
        if not self.reachable:
            raise SinkUnavailableError("out of reach")
        self.connected = True

    def check(self) -> None:
        if not self.reachable:
            raise SinkUnavailableError("lost while idle")

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        assert self.connected
        seqs = [entry.seq for entry in batch]
        assert seqs == sorted(set(seqs))
        write = Write(seqs, historical, [])
        self.writes.append(write)
        for entry in batch:
            if isinstance(entry, Scan) and entry.seq in newest:
                self.retained.setdefault(entry.series.key.instrument, []).append(entry.seq)
        if self.hold is not None:
            await self.hold.wait()
        outcome = self.answer(batch)
        write.delivered = [s for s in seqs if s not in outcome.retry and s not in outcome.refused]
        self.events += [e.kind for e in batch if isinstance(e, Event) and e.seq in write.delivered]
        return outcome

    async def beat(self, beat: Beat) -> None:
        assert self.connected
        self.beats.append(beat.time)

    async def show(self, present: Present) -> bool:
        assert self.connected
        self.shown.append(present)
        return True

    async def close(self) -> None:
        self.connected = False


@asynccontextmanager
async def pumping(
    journal: EntrySource, sink: ScriptedSink, settings: PumpSettings = FAST
) -> AsyncGenerator[Pump]:
    """A running pump, stopped in order at the end."""
    pump = Pump(journal, sink, settings)
    task = asyncio.create_task(pump.run(), name="pump")
    try:
        yield pump
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert not sink.connected


async def delivered(pump: Pump, upto: int) -> None:
    """Wait until the pump is through; fails after 20 s."""
    async with asyncio.timeout(20):
        await pump.wait_delivered(upto)
