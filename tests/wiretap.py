"""A TCP relay that keeps what a client sends: what an instrument would have to put up with."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator


class Wiretap:
    """Relays to an address, or listens and never answers where there is none."""

    def __init__(self, towards: str = "") -> None:
        self.sent = bytearray()
        self.pieces: list[bytes] = []
        self.address = ""
        self._towards = towards

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until one side ends it."""
        with contextlib.closing(writer), contextlib.suppress(OSError):
            if not self._towards:
                await self._keep(reader, None)
                return
            host, _, port = self._towards.rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            with contextlib.closing(far_writer):
                back = asyncio.create_task(_copy(far_reader, writer), name="relay back")
                forth = asyncio.create_task(self._keep(reader, far_writer), name="relay forth")
                await asyncio.wait({back, forth}, return_when=asyncio.FIRST_COMPLETED)
                for task in (back, forth):
                    task.cancel()
                await asyncio.wait({back, forth})

    async def _keep(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None
    ) -> None:
        while data := await reader.read(65536):
            self.sent += data
            self.pieces.append(data)
            if writer is not None:
                writer.write(data)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


@contextlib.asynccontextmanager
async def wiretap(towards: str = "") -> AsyncGenerator[Wiretap]:
    """A relay during the block."""
    tap = Wiretap(towards)
    server = await asyncio.start_server(tap.relay, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    tap.address = f"{host}:{port}"
    try:
        yield tap
    finally:
        server.close()
        await asyncio.sleep(0.05)  # the handlers see that their clients are gone
