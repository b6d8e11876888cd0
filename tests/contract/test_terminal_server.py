"""A terminal server that refuses, drops, or keeps a connection and says nothing; real sockets."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncGenerator

import pytest

from daq.acquire.poller import OpenLink
from drivers.modbus.driver import ModbusDriver
from drivers.model import Status
from drivers.transport.reply import Settings
from tests.modbus_lab import answer, make_profile, words
from tests.polled_bus import line_to, polled_bus

VALUES = (1000, 1001)


class TerminalServer:
    """A serial line behind TCP: one unit, whose registers hold their address + 1000.

    ``mode``: ``serve``; ``drop`` at once; ``cut`` in the middle of each reply; ``once``, drop
    after a reply; ``dumb``, keep the connection and say nothing, on it for ever.
    """

    def __init__(self) -> None:
        self.mode = "serve"
        self.accepted = 0
        self._server: asyncio.Server | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._ends: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._ends:
            writer.transport.abort()
        await asyncio.sleep(0.02)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._ends.add(writer)
        dumb = False
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while self.mode != "drop":
                request = await reader.readexactly(8)
                dumb = dumb or self.mode == "dumb"
                if dumb:
                    continue
                reply = answer(request, lambda _f, a, n: [*range(a + 1000, a + 1000 + n)])
                cut = self.mode == "cut"
                writer.write(reply[: len(reply) // 2] if cut else reply)
                await writer.drain()
                if cut or self.mode == "once":
                    break
        writer.close()
        self._ends.discard(writer)


@contextlib.asynccontextmanager
async def terminal_server(*, up: bool = True) -> AsyncGenerator[TerminalServer]:
    server = TerminalServer()
    if up:
        await server.start()
    try:
        yield server
    finally:
        await server.stop()


def units() -> dict[str, tuple[ModbusDriver, list[str]]]:
    return {"unit": (ModbusDriver(make_profile(words(0, 1)), 1), ["r0", "r1"])}


def opener(server: TerminalServer) -> OpenLink:
    return line_to(f"127.0.0.1:{server.port}")


async def test_one_that_refuses_at_first_and_again_is_told_once_each_time() -> None:
    async with (
        terminal_server(up=False) as server,
        polled_bus(opener(server), units()) as (poller, notes),
    ):
        await notes.until(lambda: poller.counters.open_failures >= 3)
        assert notes.kinds == ["bus-lost"]
        assert "refused" in notes.texts[0]
        await server.start()
        await notes.more()
        assert notes.kinds == ["bus-lost", "instrument-found", "bus-restored"]
        await server.stop()
        await notes.until(lambda: poller.counters.open_failures >= 5)
        assert notes.kinds[3:] == ["bus-lost"]
        assert {status for _, status in notes.bad} == {Status.DISCONNECTED}


@pytest.mark.parametrize("mode", ["drop", "cut"])
async def test_one_that_drops_connections_is_one_fault_and_no_reading(mode: str) -> None:
    async with terminal_server() as server, polled_bus(opener(server), units()) as (_, notes):
        await notes.more()
        server.mode = mode
        await server.stop()
        await server.start()
        before, count = server.accepted, len(notes.good)
        await notes.until(lambda: server.accepted >= before + 3)
        assert len(notes.good) == count
        server.mode = "serve"
        await notes.more()
        assert notes.kinds == ["instrument-found", "bus-lost", "bus-restored"]
        assert {values for _, values in notes.good} == {VALUES}


async def test_one_that_drops_after_each_reply_is_one_fault_with_a_gap_each_time() -> None:
    async with terminal_server() as server, polled_bus(opener(server), units()) as (poller, notes):
        server.mode = "once"
        await notes.until(lambda: poller.counters.losses >= 8)
        assert notes.kinds.count("bus-lost") <= 2
        assert notes.kinds.count("bus-restored") <= 1
        assert len(notes.bad) >= 8


async def test_one_that_keeps_a_dead_connection_is_connected_to_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing on the connection tells: it stands, and takes what is sent."""
    monkeypatch.setattr("daq.acquire.poller.REOPEN_AFTER", 0.1)
    async with terminal_server() as server, polled_bus(opener(server), units()) as (poller, notes):
        await notes.more()
        server.mode = "dumb"
        await notes.event("instrument-fault")
        server.mode = "serve"
        await notes.event("instrument-restored")
        assert server.accepted >= 2
        assert poller.counters.losses == 0
        assert "bus-lost" not in notes.kinds
        assert {values for _, values in notes.good} == {VALUES}


async def test_a_poller_ends_at_once_whatever_it_waits_for() -> None:
    """While it connects to what does not accept, and while it waits for a reply."""
    patient = Settings(timeout=60.0, quiet=60.0, drain_limit=60.0)
    with contextlib.ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(deaf.getsockname())
        dumb = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for server in (deaf, dumb):
            address = f"127.0.0.1:{server.getsockname()[1]}"
            begin = time.monotonic()
            async with polled_bus(line_to(address, patient, open_timeout=60.0), units()):
                await asyncio.sleep(0.1)
            assert time.monotonic() - begin < 20
