"""Devices that answer late, wrongly or in pieces, against the driver, and against pymodbus.

The device is a raw server, written by hand: what it says and when is the test's.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable

import pytest
from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusIOException

from drivers.errors import (
    ChecksumError,
    ForeignReplyError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.modbus.driver import ModbusDriver
from drivers.transport.link import Link, Settings
from drivers.transport.tcp import open_tcp
from tests.modbus_lab import answer, make_profile, sealed, to_rtu, to_tcp, words

TIMEOUT = 0.6
QUIET = 0.05
SOON = 0.02
Script = Callable[[list[bytes]], list[bytes]]
"""The right RTU replies to all requests so far, the newest last -> what is said now, in order,
with a short pause between. Lateness is counted in requests, so that no clock decides a test."""


class RawDevice:
    """Registers hold their address + 1000. ``script`` may make the replies late or wrong."""

    def __init__(self, script: Script, *, tcp: bool) -> None:
        self.port = 0
        self.asked: list[tuple[int, int]] = []
        self._script = script
        self._tcp = tcp
        self._replies: list[bytes] = []
        self._numbers: dict[bytes, bytes] = {}
        self._said: list[asyncio.TimerHandle] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await reader.readexactly(12 if self._tcp else 8)
                rtu = to_rtu(request) if self._tcp else request
                self.asked.append((rtu[2] << 8 | rtu[3], rtu[4] << 8 | rtu[5]))
                right = answer(rtu, lambda _f, a, n: [*range(a + 1000, a + 1000 + n)])
                self._replies.append(right)
                self._numbers[right] = request[:2]
                for place, said in enumerate(self._script(self._replies)):
                    number = self._numbers.get(said, request[:2])
                    data = to_tcp(number, said) if self._tcp else said
                    self._said.append(loop.call_later(SOON * (place + 1), writer.write, data))
        writer.close()

    def stop(self) -> None:
        for handle in self._said:
            handle.cancel()


@contextlib.asynccontextmanager
async def raw_device(script: Script, *, tcp: bool = False) -> AsyncGenerator[RawDevice]:
    device = RawDevice(script, tcp=tcp)
    server = await asyncio.start_server(device.talk, "127.0.0.1", 0)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        device.stop()
        server.close()
        await asyncio.sleep(0.02)  # connections end in the loop's next rounds


@contextlib.asynccontextmanager
async def linked(device: RawDevice, settings: Settings | None = None) -> AsyncGenerator[Link]:
    settings = settings or Settings(timeout=TIMEOUT, quiet=QUIET)
    link = await open_tcp("127.0.0.1", device.port, settings, "test")
    try:
        yield link
    finally:
        await link.close()


def driver(*, tcp: bool = False) -> ModbusDriver:
    return ModbusDriver(make_profile(words(0, 1, 2, 3, 100, 200)), 1, tcp=tcp)


def late_by(requests: int) -> Script:
    """The first reply comes that many requests later, just before the right one; those between
    are lost."""

    def script(replies: list[bytes]) -> list[bytes]:
        if len(replies) <= requests:
            return []
        return [replies[0], replies[-1]] if len(replies) == requests + 1 else [replies[-1]]

    return script


def first_is(wrong: Callable[[bytes], bytes]) -> Script:
    """The first reply is made wrong."""

    def script(replies: list[bytes]) -> list[bytes]:
        return [replies[-1] if len(replies) > 1 else wrong(replies[-1])]

    return script


def other_unit(right: bytes) -> bytes:
    return sealed(b"\x02" + right[1:-2])


def other_function(right: bytes) -> bytes:
    return sealed(right[:1] + b"\x04" + right[2:-2])


def other_length(right: bytes) -> bytes:
    return sealed(right[:2] + b"\x04" + right[3:-2] + b"\0\0")


def garbled_checksum(right: bytes) -> bytes:
    return right[:-1] + bytes([right[-1] ^ 0x10])


def garbled_value(right: bytes) -> bytes:
    return right[:3] + bytes([right[3] ^ 0x10]) + right[4:]


def cut(right: bytes) -> bytes:
    return right[:4]


def cut_after_noise(right: bytes) -> bytes:
    return b"\xff\xff" + right[:-3]


def prompt(_right: bytes) -> bytes:
    return b"login: "


def zeros(_right: bytes) -> bytes:
    return bytes(300)


async def test_pymodbus_takes_a_late_reply_for_the_next_answer() -> None:
    """Why this package has a transaction of its own (docs/decisions/0001)."""
    logging.disable()
    async with raw_device(late_by(1)) as device:
        client = AsyncModbusTcpClient(
            "127.0.0.1", port=device.port, framer=FramerType.RTU, timeout=TIMEOUT, retries=0
        )
        await client.connect()
        try:
            with pytest.raises(ModbusIOException):
                await client.read_holding_registers(100, count=1, device_id=1)
            reply = await client.read_holding_registers(200, count=1, device_id=1)
        finally:
            client.close()
            logging.disable(logging.NOTSET)
    assert not reply.isError()
    assert reply.registers == [1100], "asked for register 200, got the value of register 100"


@pytest.mark.parametrize("tcp", [False, True])
async def test_the_driver_does_not(tcp: bool) -> None:  # noqa: FBT001 - the case of a table
    async with raw_device(late_by(1), tcp=tcp) as device, linked(device) as link:
        reading = driver(tcp=tcp)
        with pytest.raises(ReplyTimeoutError):
            await reading.read(link, reading.plan(["r100"]))
        for _ in range(3):
            sample = await reading.read(link, reading.plan(["r200"]))
            assert sample.values == (1200,)
    probe = [] if tcp else [(0, 2)]
    assert device.asked == [(100, 1), *probe, (200, 1), (200, 1), (200, 1)]


async def test_a_reply_later_than_several_exchanges() -> None:
    async with raw_device(late_by(3)) as device, linked(device) as link:
        reading = driver()
        for _ in range(3):
            with pytest.raises(ReplyTimeoutError):
                await reading.read(link, reading.plan(["r100"]))
        assert (await reading.read(link, reading.plan(["r200"]))).values == (1200,)
    assert len({count for _, count in device.asked[:4]}) == 4, "each of another length"
    assert device.asked[4:] == [(200, 1)]


async def test_a_cancelled_read_leaves_nothing_for_the_next() -> None:
    async with raw_device(late_by(1)) as device, linked(device) as link:
        reading = driver()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reading.read(link, reading.plan(["r100"]))
        assert (await reading.read(link, reading.plan(["r200"]))).values == (1200,)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (other_unit, ForeignReplyError),
        (other_function, ForeignReplyError),
        (other_length, ForeignReplyError),
        (garbled_checksum, ChecksumError),
        (garbled_value, ChecksumError),
        (cut, ReplyTimeoutError),
        (cut_after_noise, ReplyTimeoutError),
        (prompt, ReplyError),
        (zeros, ReplyError),
    ],
)
async def test_a_wrong_reply_is_an_error_and_the_next_read_is_right(
    wrong: Callable[[bytes], bytes], error: type[ReplyError]
) -> None:
    async with raw_device(first_is(wrong)) as device, linked(device) as link:
        reading = driver()
        with pytest.raises(error) as caught:
            await reading.read(link, reading.plan(["r100"]))
        assert type(caught.value) is error
        assert (await reading.read(link, reading.plan(["r200"]))).values == (1200,)


@pytest.mark.parametrize("wrong", [other_unit, other_function, other_length])
async def test_a_wrong_reply_over_tcp_is_foreign(wrong: Callable[[bytes], bytes]) -> None:
    async with raw_device(first_is(wrong), tcp=True) as device, linked(device) as link:
        reading = driver(tcp=True)
        with pytest.raises(ForeignReplyError):
            await reading.read(link, reading.plan(["r100"]))
        assert (await reading.read(link, reading.plan(["r200"]))).values == (1200,)


async def test_a_reply_among_noise_and_in_pieces_is_found() -> None:
    def script(replies: list[bytes]) -> list[bytes]:
        echo_and_noise = sealed(bytes.fromhex("010300000002")) + b"\x00\xff\x01\x03"
        right = replies[-1]
        return [echo_and_noise, *(right[at : at + 3] for at in range(0, len(right), 3))]

    async with raw_device(script) as device, linked(device) as link:
        reading = driver()
        sample = await reading.read(link, reading.plan(["r0", "r1", "r2", "r3"]))
        assert sample.values == (1000, 1001, 1002, 1003)
    assert device.asked == [(0, 4)]


async def test_a_late_refusal_is_not_taken_for_the_next_answer() -> None:
    """Learning from it would leave a channel out for good."""

    def script(replies: list[bytes]) -> list[bytes]:
        late = [sealed(bytes.fromhex("018302"))] if len(replies) == 2 else []
        return [*late, replies[-1]] if len(replies) > 1 else []

    async with raw_device(script) as device, linked(device) as link:
        reading = driver()
        with pytest.raises(ReplyTimeoutError):
            await reading.read(link, reading.plan(["r100"]))
        for _ in range(2):
            assert (await reading.read(link, reading.plan(["r200"]))).values == (1200,)


async def test_a_dead_unit_does_not_disturb_another_on_the_line() -> None:
    """Unit 1 answers late, unit 2 at once: unit 2 never gets unit 1's values."""

    def script(replies: list[bytes]) -> list[bytes]:
        return [] if replies[-1][0] == 1 else replies[-2:]

    async with raw_device(script) as device, linked(device) as link:
        dead = driver()
        alive = ModbusDriver(make_profile(words(200)), 2)
        for _ in range(3):
            with pytest.raises(ReplyTimeoutError):
                await dead.read(link, dead.plan(["r100"]))
            assert (await alive.read(link, alive.plan(["r200"]))).values == (1200,)
