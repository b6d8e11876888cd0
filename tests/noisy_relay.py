"""A TCP relay that spoils what a simulated instrument says, as a bad line does."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from random import Random

PATIENCE = 60.0
"""Seconds anything may take on a busy machine."""


class NoisyRelay:
    """Relays to an address; ``mode`` says what is put among the replies, and ``noise`` makes it.

    ``before``, ``inside``, ``after`` a piece of a reply; ``between``: some time after it, while
    nothing is asked; ``flood``: without end until the mode changes; empty: nothing.
    """

    def __init__(self, towards: str, alphabet: bytes) -> None:
        self.address = ""
        self.mode = ""
        self.struck = 0
        self._more = asyncio.Event()
        self._towards = towards
        self._alphabet = alphabet
        self._dice = Random(7)

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until one side ends it."""
        with contextlib.closing(writer), contextlib.suppress(OSError):
            host, _, port = self._towards.rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            with contextlib.closing(far_writer):
                back = asyncio.create_task(self._spoil(far_reader, writer), name="relay back")
                forth = asyncio.create_task(_copy(reader, far_writer), name="relay forth")
                flood = asyncio.create_task(self._flood(writer), name="relay flood")
                tasks = {back, forth, flood}
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def strikes(self, count: int) -> None:
        """Wait for so many more strikes."""
        wanted = self.struck + count
        async with asyncio.timeout(PATIENCE):
            while self.struck < wanted:
                self._more.clear()
                await self._more.wait()

    def _strike(self) -> None:
        self.struck += 1
        self._more.set()

    def _noise(self) -> bytes:
        return bytes(self._dice.choices(self._alphabet, k=self._dice.randint(1, 12)))

    async def _spoil(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(4096):
            if not self.mode or self._dice.random() < 0.5:
                writer.write(piece)
                continue
            self._strike()
            half = len(piece) // 2
            if self.mode == "before":
                writer.write(self._noise() + piece)
            elif self.mode == "inside":
                writer.write(piece[:half] + self._noise() + piece[half:])
            elif self.mode == "after":
                writer.write(piece + self._noise())
            else:
                writer.write(piece)
                await asyncio.sleep(0.005)
                writer.write(self._noise())

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        while True:
            if self.mode == "flood":
                self._strike()
                writer.write(bytes(self._dice.choices(self._alphabet, k=400)))
                await writer.drain()
            await asyncio.sleep(0.002)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)


@contextlib.asynccontextmanager
async def noisy_relay(towards: str, alphabet: bytes) -> AsyncGenerator[NoisyRelay]:
    """A relay during the block."""
    noisy = NoisyRelay(towards, alphabet)
    server = await asyncio.start_server(noisy.relay, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    noisy.address = f"{host}:{port}"
    try:
        yield noisy
    finally:
        server.close()
        await asyncio.sleep(0.05)  # the handlers see that their clients are gone
