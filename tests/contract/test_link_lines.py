"""One suite for every kind of line: what the link promises, over a real pty and real TCP."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from drivers.errors import (
    DisconnectedError,
    DriverError,
    LineNotQuietError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.transport.link import Link, Settings
from tests.far_end import PATIENCE, FarEnd, far_end

pytestmark = pytest.mark.both_loops

SETTINGS = Settings(timeout=PATIENCE, quiet=0.05, drain_limit=2.0)
SHORT = 0.1


class LineEnd:
    """A reply is everything up to a line feed."""

    length = 10

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        end = buffer.find(b"\n") + 1
        return (0, end) if end else None

    def explain(self, buffer: bytes) -> DriverError:
        return ReplyTimeoutError(f"only {buffer!r}")


REPLY = LineEnd()


@pytest.fixture(params=["pty", "tcp"])
async def end(request: pytest.FixtureRequest) -> AsyncIterator[FarEnd]:
    async with far_end(str(request.param)) as made:
        yield made


@pytest.fixture
async def link(end: FarEnd) -> AsyncIterator[Link]:
    opened = await end.open(SETTINGS)
    yield opened
    await opened.close()


async def test_an_exchange_and_its_time(end: FarEnd, link: Link) -> None:
    before = time.time_ns()
    asking = asyncio.create_task(link.exchange(b"ask\n", REPLY))
    assert await end.hear(4) == b"ask\n"
    end.say(b"12")
    await asyncio.sleep(0.1)
    end.say(b"34\n")
    reply = await asking
    assert reply.data == b"1234\n"
    assert before + 40_000_000 < reply.time < time.time_ns()


async def test_many_exchanges(end: FarEnd, link: Link) -> None:
    async def echo() -> None:
        while True:
            end.say(await end.hear(6))

    answering = asyncio.create_task(echo())
    for number in range(200):
        sent = b"%05d\n" % number
        assert (await link.exchange(sent, REPLY)).data == sent
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering


async def test_a_late_reply_is_not_taken_for_the_next(end: FarEnd, link: Link) -> None:
    with pytest.raises(ReplyTimeoutError):
        await link.exchange(b"one\n", REPLY, timeout=SHORT)
    second = asyncio.create_task(link.exchange(b"two\n", REPLY))
    await end.hear(4)
    end.say(b"reply one\n")
    await end.hear(4)
    end.say(b"reply two\n")
    assert (await second).data == b"reply two\n"


async def test_a_cancelled_exchange_leaves_the_line_usable(end: FarEnd, link: Link) -> None:
    first = asyncio.create_task(link.exchange(b"one\n", REPLY))
    await end.hear(4)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    end.say(b"reply one\n")
    second = asyncio.create_task(link.exchange(b"two\n", REPLY))
    await end.hear(4)
    end.say(b"reply two\n")
    assert (await second).data == b"reply two\n"


async def test_closing_twice_and_at_once(link: Link) -> None:
    await asyncio.gather(link.close(), link.close())
    await link.close()
    assert link.closed
    with pytest.raises(DisconnectedError):
        await link.exchange(b"?", REPLY)


async def test_closing_while_another_waits(end: FarEnd, link: Link) -> None:
    waiting = asyncio.create_task(link.exchange(b"one\n", REPLY))
    await end.hear(4)
    await link.close()
    with pytest.raises(DisconnectedError, match="closed here"):
        await waiting


async def test_a_lost_line_fails_who_waits_at_once(end: FarEnd, link: Link) -> None:
    waiting = asyncio.create_task(link.exchange(b"one\n", REPLY))
    await end.hear(4)
    start = time.monotonic()
    end.hang_up()
    with pytest.raises(DisconnectedError):
        await waiting
    assert time.monotonic() - start < PATIENCE / 2
    assert link.closed
    with pytest.raises(DisconnectedError):
        await link.exchange(b"two\n", REPLY)


async def test_a_line_lost_while_idle_is_noticed_by_the_next_request(
    end: FarEnd, link: Link
) -> None:
    end.hang_up()
    with pytest.raises(DisconnectedError):
        await link.exchange(b"one\n", REPLY, timeout=PATIENCE)


async def test_an_endless_stream_is_no_reply_and_no_quiet_line(end: FarEnd, link: Link) -> None:
    async def stream() -> None:
        while True:
            end.say(b"x" * 4000)
            await asyncio.sleep(0.001)

    # A machine that does other things may keep this process from talking for a while.
    link.settings = msgspec.structs.replace(SETTINGS, quiet=0.5)
    asking = asyncio.create_task(link.exchange(b"one\n", REPLY))
    await end.hear(4)
    streaming = asyncio.create_task(stream())
    with pytest.raises(ReplyError, match="no end"):
        await asking
    with pytest.raises(LineNotQuietError):
        await link.exchange(b"two\n", REPLY)
    streaming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await streaming
    await link.drain()
    asking = asyncio.create_task(link.exchange(b"end\n", REPLY))
    await end.hear(4)
    end.say(b"ok\n")
    assert (await asking).data == b"ok\n"


async def test_a_command_without_reply(end: FarEnd, link: Link) -> None:
    await link.send(b"stop\n")
    assert await end.hear(5) == b"stop\n"


async def test_opening_and_closing_leaves_nothing_behind(end: FarEnd) -> None:
    """The suite's leak check looks at tasks and descriptors when this ends."""
    for _ in range(10):
        opened = await end.open(SETTINGS)
        await opened.close()


async def test_cancelling_while_opening_leaves_nothing_behind(end: FarEnd) -> None:
    for rounds in range(8):
        opening = asyncio.create_task(end.open(SETTINGS))
        for _ in range(rounds):
            await asyncio.sleep(0)
        opening.cancel()
        (result,) = await asyncio.gather(opening, return_exceptions=True)
        if isinstance(result, Link):
            await result.close()
        else:
            assert isinstance(result, asyncio.CancelledError)
