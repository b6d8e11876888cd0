"""A journal of millions of entries that holds none of them: each is made when it is read."""

import asyncio
from collections.abc import Mapping

from daq.journal import Cursor, Entry, Scan, Series, Severity
from tests.journal_samples import good, series_key, time_of, values_of


class EndlessSource:
    """Scans of some instruments in turn, as many as ``commit`` says; no threads, no file."""

    def __init__(self, committed: int, instruments: int = 10) -> None:
        self.committed = committed
        self.events: list[str] = []
        self.refused: dict[int, str] = {}
        self.born: dict[int, float] = {}
        self._series = [
            Series(n + 1, series_key(f"meter-{n}", width=10)) for n in range(instruments)
        ]
        self._cursors: dict[str, Cursor] = {}
        self._more = asyncio.Event()

    def commit(self, count: int = 1) -> None:
        """So many more entries are durable."""
        now = asyncio.get_running_loop().time()
        for _ in range(count):
            self.committed += 1
            self.born[self.committed] = now
        self._more.set()
        self._more = asyncio.Event()

    async def wait_beyond(self, seq: int) -> int:
        while self.committed <= seq:
            await self._more.wait()
        return self.committed

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        last = min(self.committed if upto is None else upto, after + limit)
        await asyncio.sleep(0)
        return [self._scan(seq) for seq in range(after + 1, last + 1)]

    async def latest(self) -> list[Scan]:
        newest = range(max(1, self.committed - len(self._series) + 1), self.committed + 1)
        return [self._scan(seq) for seq in newest]

    def cursor(self, sink: str) -> Cursor | None:
        return self._cursors.get(sink)

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        self._cursors[sink] = cursor

    def quarantine(self, sink: str, refused: Mapping[int, str]) -> None:
        self.refused |= refused

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
        time: int | None = None,
    ) -> int:
        self.events.append(kind)
        return 0

    def _scan(self, seq: int) -> Scan:
        return Scan(
            seq, time_of(seq), self._series[seq % len(self._series)], values_of(seq, 10), good(10)
        )
