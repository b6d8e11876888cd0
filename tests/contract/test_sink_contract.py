"""What every sink must do, whatever it speaks to. Each runs against its real server."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daq.deliver.sink import Outcome, Sink, SinkUnavailableError
from tests.contract.sink_targets import TARGETS, Target, event, scan, scans


@pytest.fixture(params=sorted(TARGETS))
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Target]:
    found = TARGETS[request.param](tmp_path / "server")
    with found.server:
        yield found


@asynccontextmanager
async def in_use(target: Target) -> AsyncGenerator[Sink]:
    """A sink for the target, which listens; both end with the test."""
    sink = target.sink()
    await target.listen()
    try:
        yield sink
    finally:
        target.server.send(signal.SIGCONT)
        await sink.close()
        await target.leave()


async def test_what_is_written_arrives(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        outcome = await sink.write(scans(range(1, 301)), historical=False)
        assert outcome == Outcome()
        assert await target.arrived(300) == set(range(1, 301))


async def test_an_empty_batch_is_nothing(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        assert await sink.write([], historical=False) == Outcome()


async def test_scans_and_events_may_be_mixed(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        batch = [scan(1), event(2), scan(3)]
        assert await sink.write(batch, historical=False) == Outcome()
        assert await target.arrived(2) >= {1, 3}


async def test_backlog_arrives_as_well(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        assert await sink.write(scans(range(1, 11)), historical=True) == Outcome()
        assert await target.arrived(10) == set(range(1, 11))


async def test_what_is_refused_is_named_with_a_reason_and_the_rest_arrives(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        await sink.write([scan(1)], historical=False)
        batch = [scan(2), target.bad_entry(3), scan(4), scan(5), target.bad_entry(6), scan(7)]
        outcome = await sink.write(batch, historical=False)
        assert set(outcome.refused) == {3, 6}
        assert all(outcome.refused.values())
        assert not outcome.retry
        assert await target.arrived(5) == {1, 2, 4, 5, 7}


async def test_writing_again_is_harmless(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        for _ in range(2):
            assert await sink.write(scans(range(1, 11)), historical=False) == Outcome()
        assert await target.arrived(10) == set(range(1, 11))


async def test_a_server_that_is_not_there_is_unavailable(target: Target) -> None:
    async with in_use(target) as sink:
        target.server.stop()
        with pytest.raises(SinkUnavailableError):
            await sink.connect()
        await sink.close()


async def test_a_server_killed_in_mid_write_is_unavailable_and_comes_back(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        target.server.send(signal.SIGSTOP)  # so that it dies with the write in flight
        writing = asyncio.create_task(
            sink.write(scans(range(1, 501)), historical=False), name="write"
        )
        await asyncio.sleep(0.05)
        assert not writing.done()
        target.server.kill()
        with pytest.raises(SinkUnavailableError):
            await writing
        await sink.close()
        target.server.start()
        await sink.connect()
        assert await sink.write(scans(range(1, 501)), historical=False) == Outcome()
        await sink.write([scan(501)], historical=False, newest={501})
        assert await target.arrived(1)


async def test_a_server_restarted_while_idle_needs_no_more_than_a_connect(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        await sink.write([scan(1)], historical=False)
        target.server.stop()
        target.server.start()
        await sink.close()
        await sink.connect()
        assert await sink.write([scan(2)], historical=False) == Outcome()


async def test_without_a_connection_a_write_is_unavailable(target: Target) -> None:
    async with in_use(target) as sink:
        with pytest.raises(SinkUnavailableError):
            await sink.write([scan(1)], historical=False)


async def test_closing_twice_or_without_a_connection_is_harmless(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.close()
        await sink.connect()
        await sink.close()
        await sink.close()
        await sink.connect()
        assert await sink.write([scan(1)], historical=False) == Outcome()


async def test_a_write_that_is_cancelled_leaves_nothing_behind(target: Target) -> None:
    async with in_use(target) as sink:
        await sink.connect()
        target.server.send(signal.SIGSTOP)
        writing = asyncio.create_task(
            sink.write(scans(range(1, 501)), historical=False), name="write"
        )
        await asyncio.sleep(0.05)
        writing.cancel()
        await asyncio.wait({writing})
        assert writing.cancelled()
        target.server.send(signal.SIGCONT)
        await sink.close()


async def test_a_connect_that_is_cancelled_leaves_nothing_behind(target: Target) -> None:
    async with in_use(target) as sink:
        target.server.send(signal.SIGSTOP)
        connecting = asyncio.create_task(sink.connect(), name="connect")
        await asyncio.sleep(0.2)
        connecting.cancel()
        await asyncio.wait({connecting})
        assert connecting.cancelled()
        target.server.send(signal.SIGCONT)
        await sink.close()
