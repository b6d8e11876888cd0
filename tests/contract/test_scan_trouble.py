"""A scan on lines that are no help: one talks all the time, one hangs up, one talks nonsense."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest

from daq.scan.bounds import Bounds
from daq.scan.finding import Findings
from daq.scan.known import Known
from daq.scan.place import place_of
from daq.scan.plan import plan_scan
from daq.scan.search import Search
from drivers.registry import load_profile
from tests.far_end import PATIENCE

pytestmark = pytest.mark.alone
"""What does not answer within a time-out is not found."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

NAMES = ("keithley-2000", "mettler-sics", "pta8c04")
BOUNDS = Bounds(units=(1, 2), timeout=0.1, limit=PATIENCE * 3)


@contextlib.asynccontextmanager
async def served(serve: Serve) -> AsyncGenerator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            await serve(reader, writer)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await asyncio.sleep(0.1)


async def scan(address: str, bounds: Bounds = BOUNDS) -> Findings:
    known = [Known(name, load_profile(name)) for name in NAMES]
    place = place_of(address)
    search = Search(place, plan_scan(place, known, bounds), known, bounds)
    await search.run()
    return search.findings


async def test_an_instrument_that_talks_all_the_time_is_said_to_and_quoted() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        while not writer.is_closing():
            writer.write(b"N     +   12.34 g  \r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with served(talk) as address:
        findings = await scan(address)
    assert findings.found == []
    assert "streaming without being asked" in findings.notes[0]
    assert any("12.34 g" in each.answer for each in findings.heard)


async def test_one_that_hangs_up_on_every_question_is_asked_all_of_them() -> None:
    asked: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        asked.append(await reader.read(100))

    async with served(hang_up) as address:
        findings = await scan(address)
    assert findings.complete
    assert findings.found == findings.heard == []
    assert {b"*IDN?\r\n", b"I4\r\n"} <= set(asked)
    assert sum(len(question) == 12 for question in asked) == 2, "Modbus TCP, both units"


async def test_one_that_hangs_up_on_what_is_not_for_it_is_still_found() -> None:
    async def balance(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := await reader.readline()).startswith(b"I"):
            number = line[1:2]
            writer.write(b'I%b A "1234"\r\n' % number)

    async with served(balance) as address:
        findings = await scan(address)
    assert [each.matches[0].profile for each in findings.found] == ["mettler-sics"]


async def test_one_that_answers_anything_with_nonsense_is_quoted_and_not_believed() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            writer.write(b"\xff\x00\x12what?\r\n")

    async with served(babble) as address:
        findings = await scan(address)
    assert findings.found == []
    assert findings.heard


async def test_a_scan_that_is_cancelled_keeps_what_it_has() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        await reader.read()

    async with served(silent) as address:
        findings = await scan(address, Bounds(units=tuple(range(1, 200)), limit=0.5))
    assert not findings.complete
    assert findings.found == []
