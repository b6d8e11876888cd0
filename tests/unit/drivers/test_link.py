"""The link on virtual time: deadlines, drain, silence."""

import asyncio
import re

import pytest

from drivers.errors import (
    DisconnectedError,
    DriverError,
    LineNotQuietError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.transport.deadline import ONCE_MORE
from drivers.transport.link import BUFFER_LIMIT, Link, Settings
from drivers.transport.reply import Arrival
from drivers.transport.serial_settings import SerialSettings
from tests.modbus_lab import MemoryLine, Say, memory_link
from tests.virtual_time import VirtualLoop, run_virtual


class LineEnd:
    """A reply is everything up to a line feed."""

    length = 10

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        end = buffer.find(b"\n") + 1
        if buffer.startswith(b"!"):
            raise ReplyError("refused")
        return (0, end) if end else None

    def explain(self, buffer: bytes) -> DriverError:
        return ReplyTimeoutError(f"only {buffer!r}")


REPLY = LineEnd()


def quiet(_request: bytes, _say: Say) -> None:
    """A far end that says nothing of itself."""


def now() -> float:
    return asyncio.get_running_loop().time()


def opened(**settings: float) -> tuple[Link, MemoryLine]:
    return memory_link(quiet, Settings(**settings))


def test_a_reply_in_pieces() -> None:
    async def talk() -> None:
        link, line = opened(timeout=1.0)
        for delay, piece in ((0.1, b"12"), (0.3, b"3"), (0.6, b"4\nrest")):
            line.say(piece, delay)
        assert (await link.exchange(b"?", REPLY)).data == b"1234\n"
        assert not link.dirty

    run_virtual(talk())


@pytest.mark.parametrize(
    ("settings", "timeout", "waited"),
    [
        (Settings(timeout=0.3), None, 0.3),
        (Settings(timeout=0.3), 2.0, 2.0),
        (Settings(timeout=0.3, character=0.01), None, 0.3 + (4 + 10) * 0.01),
    ],
)
def test_a_deadline_counts_the_time_on_the_line(
    settings: Settings, timeout: float | None, waited: float
) -> None:
    async def talk() -> None:
        link, line = memory_link(quiet, settings)
        line.say(b"12", 0.1)
        start = now()
        with pytest.raises(ReplyTimeoutError, match=re.escape("only b'12'")):
            await link.exchange(b"ask\n", REPLY, timeout=timeout)
        assert now() - start == pytest.approx(waited, abs=1.1 * ONCE_MORE)
        assert link.dirty

    run_virtual(talk())


@pytest.mark.parametrize("timeouts", [(5.0, 0.2), (0.2, 5.0), (0.3, 0.3)])
def test_each_exchange_has_its_own_deadline(timeouts: tuple[float, float]) -> None:
    async def talk() -> None:
        link, line = opened(quiet=0.0)
        line.say(b"ok\n", 0.1)
        await link.exchange(b"?", REPLY, timeout=timeouts[0])
        start = now()
        with pytest.raises(ReplyTimeoutError):
            await link.exchange(b"?", REPLY, timeout=timeouts[1])
        assert now() - start == pytest.approx(timeouts[1], abs=1.1 * ONCE_MORE)

    run_virtual(talk())


def test_an_exchange_outlives_the_deadline_of_the_one_before() -> None:
    async def talk() -> None:
        link, line = opened(timeout=1.0)
        line.say(b"one\n", 0.9)
        await link.exchange(b"?", REPLY)
        line.say(b"two\n", 0.9)
        assert (await link.exchange(b"?", REPLY)).data == b"two\n"

    run_virtual(talk())


def test_after_a_timeout_the_line_is_drained_first() -> None:
    async def talk() -> None:
        link, line = opened(timeout=0.5, quiet=0.2)
        line.say(b"late\n", 0.6)
        with pytest.raises(ReplyTimeoutError):
            await link.exchange(b"1", REPLY)
        line.say(b"second\n", 0.5)
        assert (await link.exchange(b"2", REPLY)).data == b"second\n"
        sent = [at for at, _ in line.sent]
        assert sent[1] - sent[0] == pytest.approx(0.6 + 0.2)

    run_virtual(talk())


def test_drain_waits_from_the_last_byte_and_returns_what_it_dropped() -> None:
    async def talk() -> None:
        link, line = opened(quiet=0.2)
        for delay in (0.1, 0.25, 0.4):
            line.say(b"x", delay)
        start = now()
        assert await link.drain() == b"xxx"
        assert now() - start == pytest.approx(0.4 + 0.2)
        assert await link.drain(quiet=0.0) == b""

    run_virtual(talk())


def test_an_endless_stream_is_an_error_in_a_bounded_time_and_memory() -> None:
    async def talk() -> None:
        link, line = opened(timeout=0.5, quiet=0.2, drain_limit=1.0)
        for number in range(100):
            line.say(b"x" * 10_000, number / 10)
        with pytest.raises(ReplyError, match="no end"):
            await link.exchange(b"?", REPLY, timeout=5.0)
        start = now()
        with pytest.raises(LineNotQuietError, match="streaming"):
            await link.exchange(b"?", REPLY)
        assert now() - start < 2.0
        assert len(line.sent) == 1, "nothing is sent into a stream"
        await asyncio.sleep(10)
        assert 0 < len(await link.drain()) <= BUFFER_LIMIT
        line.say(b"ok\n", 0.3)
        assert (await link.exchange(b"?", REPLY)).data == b"ok\n"

    run_virtual(talk())


def test_a_quiet_time_longer_than_the_limit_is_kept() -> None:
    async def talk() -> None:
        link, _ = opened(quiet=3.0, drain_limit=1.0)
        assert await link.drain() == b""

    run_virtual(talk())


def test_what_can_never_be_a_reply_ends_the_wait() -> None:
    async def talk() -> None:
        link, line = opened(timeout=9.0)
        line.say(b"!", 0.1)
        start = now()
        with pytest.raises(ReplyError, match="refused"):
            await link.exchange(b"?", REPLY)
        assert now() - start == pytest.approx(0.1)
        assert link.dirty

    run_virtual(talk())


def test_silence_before_requests_is_counted_from_the_last_byte() -> None:
    async def talk() -> None:
        link, line = opened(silence=0.05)
        for silence, rest in ((0.0, 0.05), (0.02, 0.05), (0.5, 0.5)):
            line.say(b"ok\n", 0.1)
            await link.exchange(b"?", REPLY)
            heard = now()
            line.say(b"ok\n", rest + 0.1)
            await link.exchange(b"?", REPLY, silence=silence)
            assert line.sent[-1][0] - heard == pytest.approx(rest)
            await asyncio.sleep(1)

    run_virtual(talk())


def test_a_command_without_reply_takes_its_time_on_the_line() -> None:
    async def talk() -> None:
        link, line = opened(character=0.01, silence=0.1)
        await link.send(b"12345")
        await link.send(b"6")
        (first, _), (second, data) = line.sent
        assert second - first == pytest.approx(5 * 0.01 + 0.1)
        assert data == b"6"

    run_virtual(talk())


def test_bytes_nobody_asked_for_are_dropped() -> None:
    async def talk() -> None:
        link, line = opened()
        line.say(b"noise\n", 0.1)
        await asyncio.sleep(0.5)
        line.say(b"ok\n", 0.1)
        assert (await link.exchange(b"?", REPLY)).data == b"ok\n"

    run_virtual(talk())


def test_bytes_that_belong_to_no_reply_are_counted() -> None:
    async def talk() -> None:
        link, line = opened(timeout=0.5, quiet=0.2)
        line.say(b"noise", 0.1)
        await asyncio.sleep(0.2)
        line.say(b"ok\nrest", 0.1)
        await link.exchange(b"?", REPLY)
        assert link.tally.discarded == len(b"noise" + b"rest")
        line.say(b"late\n", 0.6)
        with pytest.raises(ReplyTimeoutError):
            await link.exchange(b"?", REPLY)
        await link.drain()
        assert link.tally.discarded == len(b"noise" + b"rest" + b"late\n")

    run_virtual(talk())


def test_listening_is_counted_apart_from_asking_in_vain() -> None:
    class Lines:
        def hear(self, data: bytes, arrival: Arrival) -> bool:
            return True

    async def talk() -> None:
        link, line = opened(timeout=0.5, quiet=0.2)
        link.listen(Lines())
        line.say(b"12.3", 0.3)
        assert await link.heard(5.0)
        assert not await link.heard(1.0)
        assert link.tally.listened == pytest.approx(1.3)
        assert link.tally.lost == 0.0
        assert link.tally.in_vain == 1
        line.say(b"12.4", 0.1)
        assert await link.heard(1.0)
        assert link.tally.in_vain == 0

    run_virtual(talk())


def test_a_hurried_exchange_waits_no_longer_than_it_is_told() -> None:
    async def talk() -> None:
        link, line = opened(timeout=5.0, quiet=0.2)
        link.patience = 0.1
        start = now()
        with pytest.raises(ReplyTimeoutError):
            await link.exchange(b"?", REPLY, timeout=60.0)
        assert now() - start == pytest.approx(0.1, abs=1.1 * ONCE_MORE)
        link.patience = None
        line.say(b"ok\n", 3.0)
        await link.exchange(b"?", REPLY)
        assert link.tally.slowest == pytest.approx(2.8)
        assert link.tally.lost == pytest.approx(0.1 + 0.2, abs=1.1 * ONCE_MORE)

    run_virtual(talk())


def test_two_transactions_at_once_are_a_mistake_of_the_program() -> None:
    async def talk() -> None:
        link, line = opened()
        first = asyncio.create_task(link.exchange(b"1", REPLY))
        await asyncio.sleep(0.1)
        with pytest.raises(RuntimeError, match="one at a time"):
            await link.exchange(b"2", REPLY)
        line.say(b"ok\n")
        assert (await first).data == b"ok\n"

    run_virtual(talk())


@pytest.mark.parametrize(
    ("error", "text"),
    [(None, "closed by the other end"), (OSError(5, "Input/output error"), "unplugged")],
)
def test_losing_the_line_fails_who_waits_and_who_asks_later(
    error: OSError | None, text: str
) -> None:
    async def talk() -> None:
        link, line = opened()
        asyncio.get_running_loop().call_later(0.1, line.lose, error)
        start = now()
        with pytest.raises(DisconnectedError, match=text):
            await link.exchange(b"?", REPLY)
        assert now() - start == pytest.approx(0.1)
        for again in (link.exchange(b"?", REPLY), link.send(b"?"), link.drain()):
            with pytest.raises(DisconnectedError, match=text):
                await again

    run_virtual(talk())


def test_closing_while_another_waits() -> None:
    async def talk() -> None:
        link, _ = opened()
        waiting = asyncio.create_task(link.exchange(b"?", REPLY))
        await asyncio.sleep(0.1)
        await asyncio.gather(link.close(), link.close())
        with pytest.raises(DisconnectedError, match="closed here"):
            await waiting
        assert link.closed

    run_virtual(talk())


def test_a_link_that_was_never_opened_is_closed() -> None:
    async def talk() -> None:
        link = Link("none", Settings())
        assert link.closed
        await link.close()

    run_virtual(talk())


@pytest.mark.parametrize(
    ("serial", "bits"),
    [
        (SerialSettings(), 10),
        (SerialSettings(parity="even"), 11),
        (SerialSettings(data_bits=7, parity="even"), 10),
        (SerialSettings(stop_bits=2), 11),
    ],
)
def test_the_time_of_a_character(serial: SerialSettings, bits: int) -> None:
    assert serial.character == pytest.approx(bits / 9600)


def test_a_clock_set_during_an_exchange_does_not_date_the_reply_in_between() -> None:
    async def talk() -> None:
        link, line = opened(timeout=5.0)
        line.say(b"1\n", 4.0)
        begin, hour = now(), 3600 * 10**9
        link.clock = lambda: round((now() - begin) * 1e9) + (hour if now() > begin + 2 else 0)
        reply = await link.exchange(b"?", REPLY)
        assert reply.time == pytest.approx(hour + 2 * 10**9, abs=10**6)

    run_virtual(talk())


def test_a_reply_that_is_there_when_a_stopped_process_goes_on_is_taken() -> None:
    async def talk() -> None:
        link, _ = opened(timeout=1.0)
        loop = asyncio.get_running_loop()
        # The timer is due in one round of the loop, the line is looked at in the next.
        loop.call_at(now() + 1.0, lambda: loop.call_soon(link.data_received, b"1234\n"))
        assert (await link.exchange(b"?", REPLY)).data == b"1234\n"
        with pytest.raises(ReplyTimeoutError):
            await link.exchange(b"?", REPLY)

    run_virtual(talk())


def test_a_reply_that_came_while_the_process_was_stopped_is_dated_before_its_deadline() -> None:
    async def talk() -> None:
        link, _ = opened(timeout=1.0)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        begin = now()
        link.clock = lambda: round((now() - begin) * 1e9)

        def stopped_for_half_a_minute() -> None:
            loop.stand_still(30.0)
            loop.call_soon(link.data_received, b"1234\n")

        loop.call_at(begin + 0.1, stopped_for_half_a_minute)
        reply = await link.exchange(b"?", REPLY)
        assert 0 <= reply.time <= 10**9

    run_virtual(talk())


@pytest.mark.parametrize("asked_before", [0.03, 0.75])
def test_a_reply_that_came_during_a_stop_is_dated_about_its_beginning(asked_before: float) -> None:
    """However long the deadline is: nobody looked since, and the instrument had been asked."""

    async def talk() -> None:
        link, _ = opened(timeout=100.0)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        begin = now()
        link.clock = lambda: round((now() - begin) * 1e9)

        def stopped_for_half_a_minute() -> None:
            loop.stand_still(30.0)
            loop.call_soon(link.data_received, b"1234\n")

        loop.call_at(begin + asked_before, stopped_for_half_a_minute)
        reply = await link.exchange(b"?", REPLY)
        came = 2 * reply.time / 1e9  # dated in the middle, from the request on
        assert asked_before - 0.1 <= came <= asked_before + 0.2

    run_virtual(talk())


class EarlyTimer:
    """Fires at half of what is asked for, as long as that matters; remembers being closed."""

    def __init__(self) -> None:
        self.closed = 0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 2 if seconds > 0.001 else seconds)

    def close(self) -> None:
        self.closed += 1


def test_a_timer_that_is_early_does_not_shorten_the_silence() -> None:
    async def talk() -> None:
        link, line = memory_link(
            lambda request, say: say(b"1\n", 0.0), Settings(timeout=1.0, silence=0.02)
        )
        link.timer = timer = EarlyTimer()
        for _ in range(2):
            await link.exchange(b"?", REPLY)
        (first, _), (second, _) = line.sent
        assert second - first >= 0.02 - 1e-9
        await link.close()
        assert timer.closed == 1

    run_virtual(talk())
