"""A TCP proxy before a real server: slow, deaf, forgetful, gone, or cut off in mid-batch."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Self, TypeVar

T = TypeVar("T")

CHUNK = 4096
"""Bytes taken at a time: so many pass a proxy that has been stalled, at most twice."""

AHEAD = 256
"""Chunks on their way in each direction of a connection."""

LIMIT = 10.0
"""Seconds the proxy's own thread may take for what it is told."""

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST instead of FIN."""


class Proxy:
    """Listens on ``port`` and connects to ``target``, both on the loopback interface.

    Runs in a thread of its own, so that any test can use it, and every method can be called at
    any time. What is set holds for connections that stand as well as for those to come.
    ``accepted`` counts connections, ``sent`` and ``received`` the bytes passed on to the server
    and to its clients, ``cuts`` how often ``cut_after`` has come true.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.accepted = self.sent = self.received = self.cuts = 0
        self._rate, self._latency = 0.0, 0.0
        self._swallowing = False
        self._allowance: int | None = None
        self._passing = asyncio.Event()
        self._passing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._meetings: set[asyncio.Task[Any]] = set()
        self._listener: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(LIMIT)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()

    @property
    def url(self) -> str:
        """Where it listens, for servers that speak HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def throttle(self, rate: float = 0.0, latency: float = 0.0) -> None:
        """Pass at most ``rate`` bytes per second each way (0: any), each ``latency`` s late."""
        self._rate, self._latency = rate, latency

    def stall(self) -> None:
        """Connections stand and are accepted, but nothing moves until ``resume``."""
        self._call(self._passing.clear)

    def swallow(self) -> None:
        """Half-open: connections stand and take everything, nothing arrives, nothing comes back.

        ``resume`` resets them, as bytes are missing.
        """
        self._swallowing = True

    def resume(self) -> None:
        """Pass everything again, at full speed."""
        self.throttle()
        self._allowance = None
        if self._swallowing:
            self.cut()
        self._swallowing = False
        self._call(self._passing.set)

    def cut(self) -> None:
        """Reset every connection that stands (RST); new ones are welcome."""
        self._call(self._reset_all)

    def cut_after(self, sent: int) -> None:
        """Reset every connection, once, when clients have sent so many more bytes."""
        self._allowance = sent

    def refuse(self) -> None:
        """Reset every connection and listen no more: nobody is there."""
        self._call(self._deafen)

    def accept(self) -> None:
        """Listen again, on the same port."""
        self._await(self._listen())

    # In the proxy's own thread.

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        await self._listen()
        self._ready.set()
        await self._over.wait()
        self._passing.set()
        self._deafen()
        for meeting in self._meetings:
            meeting.cancel()
        if self._meetings:
            await asyncio.wait(self._meetings)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(
                self._meet, "127.0.0.1", self.port, limit=CHUNK
            )
            self.port = self._listener.sockets[0].getsockname()[1]

    def _deafen(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._reset_all()

    def _reset_all(self) -> None:
        for writer in self._writers:
            sock = writer.get_extra_info("socket")
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._meetings.add(task)
        self._writers.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            await self._join(reader, writer)
        self._meetings.discard(task)
        await self._leave(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far = await asyncio.open_connection("127.0.0.1", self.target, limit=CHUNK)
        self._writers.add(far)
        try:
            await _first_failure(
                self._carry(reader, far, self._count_sent),
                self._carry(far_reader, writer, self._count_received),
            )
        finally:
            await self._leave(far)

    async def _leave(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
        self._writers.discard(writer)

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        count: Callable[[int], None],
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
        await _first_failure(self._take(reader, under_way), self._give(writer, under_way, count))

    async def _take(
        self, reader: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        data = b"-"
        while data:
            await self._passing.wait()
            data = await reader.read(CHUNK)
            await under_way.put((self._loop.time() + self._latency, data))

    async def _give(
        self,
        writer: asyncio.StreamWriter,
        under_way: asyncio.Queue[tuple[float, bytes]],
        count: Callable[[int], None],
    ) -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(due - self._loop.time())
            await self._passing.wait()
            if self._swallowing:
                continue
            if not data:
                break
            count(len(data))  # before: whoever has got it may ask how much it was
            writer.write(data)
            await writer.drain()
            self._cut_when_due()
            if self._rate:
                await asyncio.sleep(len(data) / self._rate)
        writer.write_eof()

    def _count_sent(self, size: int) -> None:
        self.sent += size
        if self._allowance is not None:
            self._allowance -= size

    def _cut_when_due(self) -> None:
        if self._allowance is not None and self._allowance <= 0:
            self._allowance = None
            self.cuts += 1
            self._reset_all()

    def _count_received(self, size: int) -> None:
        self.received += size

    # From the thread of the test to that of the proxy.

    def _call(self, function: Callable[[], None]) -> None:
        async def call() -> None:
            function()

        self._await(call())

    def _await(self, coroutine: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(LIMIT)


async def _first_failure(*ways: Coroutine[object, object, None]) -> None:
    """Both ways to their end; if one fails the other ends with it."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # seen
