"""Real lines with a test at the far end: a pseudo terminal, a TCP connection."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncGenerator
from typing import Protocol

from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp

PATIENCE = 20.0
"""Seconds a test waits for what must come, on a machine that does other things too."""


class FarEnd(Protocol):
    """The other end of a line."""

    @property
    def address(self) -> str:
        """The port's path, or host and port."""
        ...

    async def open(self, settings: Settings) -> Link:
        """Open this line."""
        ...

    async def hear(self, count: int) -> bytes:
        """The next bytes that were sent."""
        ...

    def say(self, data: bytes) -> None:
        """Send bytes to the link."""
        ...

    def hang_up(self) -> None:
        """Unplug the adapter, or close the connection."""
        ...


class PtyEnd:
    """The master side of a pseudo terminal."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.address = os.ttyname(self._slave)
        self._reader = asyncio.StreamReader()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._master, self._read)

    async def open(self, settings: Settings) -> Link:
        link = await open_serial(self.address, SerialSettings(baud=115200), settings, "pty")
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1
        return link

    async def hear(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.readexactly(count)

    def say(self, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # full: the link does not keep up
            os.write(self._master, data)

    def deaf(self) -> None:
        """Take no more of what is sent."""
        self._loop.remove_reader(self._master)

    def hang_up(self) -> None:
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                self._loop.remove_reader(descriptor)
                os.close(descriptor)
        self._master = self._slave = -1

    def _read(self) -> None:
        try:
            self._reader.feed_data(os.read(self._master, 4096))
        except BlockingIOError:
            pass
        except OSError:  # nobody has the slave side open
            self._loop.remove_reader(self._master)
            self._loop.call_later(0.01, self._resume)

    def _resume(self) -> None:
        if self._master >= 0:
            self._loop.add_reader(self._master, self._read)


class TcpEnd:
    """A TCP server that talks on its newest connection."""

    def __init__(self) -> None:
        self.address = ""
        self._server: asyncio.Server
        self._ends: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._connected = asyncio.Event()

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"{host}:{port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.append((reader, writer))
        self._connected.set()

    async def open(self, settings: Settings) -> Link:
        host, port = self.address.split(":")
        self._connected.clear()
        return await open_tcp(host, int(port), settings, "tcp")

    async def hear(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            await self._connected.wait()
            return await self._ends[-1][0].readexactly(count)

    def say(self, data: bytes) -> None:
        if self._ends:
            self._ends[-1][1].write(data)

    def hang_up(self) -> None:
        self._server.close()
        for _, writer in self._ends:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def far_end(kind: str) -> AsyncGenerator[FarEnd]:
    """A far end of this kind (``pty`` or ``tcp``), closed afterwards."""
    if kind == "pty":
        end: PtyEnd | TcpEnd = PtyEnd()
    else:
        end = TcpEnd()
        await end.listen()
    try:
        yield end
    finally:
        end.hang_up()
        await asyncio.sleep(0.02)  # what was aborted is closed in the loop's next rounds
