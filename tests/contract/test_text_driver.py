"""The text driver over real lines (pty and TCP) against instruments that misbehave.

The instruments here are scripts of this test. What they do late they do when the next command
arrives, so nothing depends on how fast this machine is.
"""

import asyncio
import os
import time
import tty
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from drivers.errors import (
    DisconnectedError,
    IdentityError,
    LineNotQuietError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.model import Identity, Status
from drivers.registry import load_profile
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import SerialSettings, open_serial
from drivers.transport.tcp import open_tcp

HASTY = Settings(timeout=0.1, quiet=0.05)
PATIENT = Settings(timeout=30.0, quiet=0.05)
NERVOUS = Settings(timeout=30.0, quiet=0.5, drain_limit=0.7)
SERIAL = SerialSettings(baud=115200)
IDN = b"KEITHLEY INSTRUMENTS INC.,MODEL 2000,0597342,A06  /A02\n"
UNITS = b":FORM:ELEM READ,UNIT"


def nothing() -> None:
    """Hang up a line that is not open."""


def unheard(data: bytes) -> None:
    """Write to a line that is not open."""


class Meter:
    """A scripted multimeter: answers as told, in order; then as an honest one."""

    def __init__(self, *script: bytes | None, idn: bytes | None = IDN) -> None:
        self.heard: list[bytes] = []
        self.spoken_to = asyncio.Event()
        self.idn = idn
        self.write = unheard
        self.hang_up = nothing
        self._script = list(script)
        self._partial = b""

    def hear(self, data: bytes) -> None:
        *commands, self._partial = (self._partial + data).split(b"\r\n")
        for command in commands:
            self.heard.append(command)
            self.spoken_to.set()
            self.obey(command)

    def obey(self, command: bytes) -> None:
        if command == b":READ?":
            answer = self._script.pop(0) if self._script else b"+1.5E+00VDC\n"
            self.say(answer)
        elif command == b"*IDN?":
            self.say(self.idn)

    def say(self, answer: bytes | None) -> None:
        if answer:
            self.write(answer)


class LateMeter(Meter):
    """Answers the first reading only when it hears the next command, before that one's reply."""

    held = b""

    def obey(self, command: bytes) -> None:
        if len(self.heard) == 1:
            self.held = b"+9.0E+00VDC\n"
            return
        held, self.held = self.held, b""
        self.say(held)
        super().obey(command)


class EchoingMeter(Meter):
    """Repeats every command, as a two-wire line or a terminal mode does."""

    def obey(self, command: bytes) -> None:
        self.write(command + b"\r\n")
        super().obey(command)


class SlowMeter(Meter):
    """Sends its replies one character at a time."""

    def say(self, answer: bytes | None) -> None:
        loop = asyncio.get_running_loop()
        for place, character in enumerate(answer or b""):
            loop.call_later(0.002 * place, self.write, bytes([character]))


class StreamingMeter(Meter):
    """Once spoken to, it does not stop talking."""

    def obey(self, command: bytes) -> None:
        self.talk()

    def talk(self) -> None:
        self.write(b"blah\n")
        asyncio.get_running_loop().call_later(0.01, self.talk)


class VanishingMeter(Meter):
    """Hangs up instead of answering."""

    def obey(self, command: bytes) -> None:
        self.hang_up()


@asynccontextmanager
async def over_tcp(meter: Meter, settings: Settings) -> AsyncGenerator[Link]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        meter.write, meter.hang_up = writer.write, writer.close
        while data := await reader.read(1024):
            meter.hear(data)
        meter.write = unheard
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    link = await open_tcp("127.0.0.1", server.sockets[0].getsockname()[1], settings, "tcp")
    try:
        yield link
    finally:
        await link.close()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def over_pty(meter: Meter, settings: Settings) -> AsyncGenerator[Link]:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    port = os.ttyname(theirs)
    os.close(theirs)  # so that the other end notices when this one hangs up
    loop = asyncio.get_running_loop()
    link = await open_serial(port, SERIAL, settings, "pty")

    def hang_up() -> None:
        if meter.hang_up is hang_up:
            meter.write, meter.hang_up = unheard, nothing
            loop.remove_reader(ours)
            os.close(ours)

    def write(data: bytes) -> None:
        os.write(ours, data)

    meter.write, meter.hang_up = write, hang_up
    loop.add_reader(ours, lambda: meter.hear(os.read(ours, 1024)))
    try:
        yield link
    finally:
        await link.close()
        meter.hang_up()


Line = Callable[[Meter, Settings], AbstractAsyncContextManager[Link]]
pytestmark = pytest.mark.parametrize("line", [over_pty, over_tcp], ids=["pty", "tcp"])


def profile(name: str, **text: object) -> TextProfile:
    """A bundled profile whose queries wait no longer than the line's own time-out."""
    found = load_profile(name)
    assert isinstance(found, TextProfile)
    queries = {
        key: query.model_copy(update={"timeout": None}) for key, query in found.query.items()
    }
    return found.model_copy(update={"query": queries, "text": found.text.model_copy(update=text)})


def multimeter(**text: object) -> TextDriver:
    return TextDriver(profile("keithley-2000", **text))


async def test_a_reading_with_its_time(line: Line) -> None:
    driver, meter = multimeter(), Meter()
    async with line(meter, PATIENT) as link:
        assert (await driver.identify(link)).serial_number == "0597342"
        before = time.time_ns()
        sample = await driver.read(link, driver.plan(["voltage"]))
        assert before <= sample.time <= time.time_ns()
    assert (sample.values, sample.statuses) == ((1.5,), (Status.GOOD,))
    assert meter.heard == [b"*IDN?", UNITS, b":READ?"]


async def test_a_reply_in_pieces(line: Line) -> None:
    driver = multimeter()
    async with line(SlowMeter(), PATIENT) as link:
        assert (await driver.identify(link)).model == "MODEL 2000"
        assert (await driver.read(link, driver.plan(["voltage"]))).values == (1.5,)


async def test_overflow_is_no_value(line: Line) -> None:
    driver = multimeter()
    async with line(Meter(b"+9.9E37\n"), PATIENT) as link:
        sample = await driver.read(link, driver.plan(["voltage"]))
    assert (sample.values, sample.statuses) == ((None,), (Status.OVER_RANGE,))


async def test_a_late_reply_is_never_taken_for_the_next_answer(line: Line) -> None:
    driver, meter = multimeter(), LateMeter()
    plan = driver.plan(["voltage"])
    async with line(meter, HASTY) as link:
        with pytest.raises(ReplyTimeoutError):
            await driver.read(link, plan)
        link.settings = PATIENT
        for _ in range(3):
            assert (await driver.read(link, plan)).values == (1.5,)
    assert meter.heard[:3] == [b":READ?", b"*IDN?", UNITS]


async def test_a_probe_passes_over_a_late_reply(line: Line) -> None:
    driver, meter = multimeter(), LateMeter()
    plan = driver.plan(["voltage"])
    async with line(meter, HASTY) as link:
        with pytest.raises(ReplyTimeoutError):
            await driver.read(link, plan)
        link.settings = PATIENT
        await driver.probe(link)
        assert (await driver.read(link, plan)).values == (1.5,)
    assert meter.heard == [b":READ?", b"*IDN?", UNITS, b":READ?"]


async def test_a_cancelled_read_leaves_no_reply_behind(line: Line) -> None:
    driver, meter = multimeter(), LateMeter()
    plan = driver.plan(["voltage"])
    async with line(meter, PATIENT) as link:
        reading = asyncio.create_task(driver.read(link, plan))
        async with asyncio.timeout(30):
            await meter.spoken_to.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert (await driver.read(link, plan)).values == (1.5,)


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe#!\n", b"+1.5E+00VDC+1.5E\n", b"1" * 500, b"\n\nERROR -113\n", IDN]
)
async def test_garbage_is_an_error_and_the_next_reading_is_right(
    line: Line, garbage: bytes
) -> None:
    driver = multimeter()
    plan = driver.plan(["voltage"])
    async with line(Meter(garbage), PATIENT) as link:
        with pytest.raises(ReplyError) as caught:
            await driver.read(link, plan)
        assert caught.value.status is Status.MALFORMED_REPLY
        assert (await driver.read(link, plan)).values == (1.5,)


async def test_silence_is_a_timeout_and_costs_one_request(line: Line) -> None:
    driver, meter = multimeter(), Meter(None, idn=None)
    plan = driver.plan(["voltage"])
    async with line(meter, HASTY) as link:
        for _ in range(3):
            with pytest.raises(ReplyTimeoutError):
                await driver.read(link, plan)
        assert meter.heard == [b":READ?", b"*IDN?", b"*IDN?"]
        meter.idn = IDN
        link.settings = PATIENT
        assert (await driver.read(link, plan)).values == (1.5,)


async def test_a_foreign_instrument_is_neither_read_nor_changed(line: Line) -> None:
    driver, meter = multimeter(), Meter(idn=b"HEWLETT-PACKARD,34401A,0,10-5-2\r\n")
    async with line(meter, PATIENT) as link:
        with pytest.raises(IdentityError, match="HEWLETT-PACKARD"):
            await driver.identify(link)
        with pytest.raises(IdentityError):
            await driver.read(link, driver.plan(["voltage"]))
    assert meter.heard == [b"*IDN?", b"*IDN?"]


async def test_an_instrument_of_another_language_is_no_identity(line: Line) -> None:
    driver = multimeter()
    async with line(Meter(idn=b"ES\r\n"), HASTY) as link:
        with pytest.raises(ReplyError, match="'ES'"):
            await driver.identify(link)


async def test_an_echo_is_not_an_answer(line: Line) -> None:
    driver = multimeter(echo=True)
    async with line(EchoingMeter(), PATIENT) as link:
        await driver.identify(link)
        assert (await driver.read(link, driver.plan(["voltage"]))).values == (1.5,)


async def test_an_unexpected_echo_is_an_error_not_a_value(line: Line) -> None:
    driver = multimeter()
    async with line(EchoingMeter(), PATIENT) as link:
        with pytest.raises(ReplyError, match="READ"):
            await driver.read(link, driver.plan(["voltage"]))


async def test_an_instrument_that_never_stops_talking_is_said_to(line: Line) -> None:
    driver = multimeter()
    plan = driver.plan(["voltage"])
    meter = StreamingMeter()
    async with line(meter, NERVOUS) as link:
        with pytest.raises(ReplyError, match="blah"):
            await driver.read(link, plan)
        with pytest.raises(LineNotQuietError, match="streaming"):
            await driver.read(link, plan)


async def test_a_lost_line_is_told_at_once(line: Line) -> None:
    driver = multimeter()
    plan = driver.plan(["voltage"])
    async with line(VanishingMeter(), PATIENT) as link:
        for _ in range(2):
            with pytest.raises(DisconnectedError):
                await driver.read(link, plan)


class Balance(Meter):
    """MT-SICS: answers the script to SI."""

    def obey(self, command: bytes) -> None:
        if command == b"SI":
            self.say(self._script.pop(0) if self._script else b"S S      50.00 g\r\n")
        elif command == b"I4":
            self.say(b'I4 A "B021002593"\r\n')
        else:
            self.say(b"ES\r\n")


async def test_a_balance_in_all_its_moods(line: Line) -> None:
    driver = TextDriver(profile("mettler-sics"))
    plan = driver.plan(["weight"])
    replies = (b"S D     129.07 g\r\n", b"S +\r\n", b"S I\r\n", b"S S   0.50 kg\r\n", b"ES\r\n")
    async with line(Balance(*replies), PATIENT) as link:
        assert await driver.identify(link) == Identity(serial_number="B021002593")
        samples = [await driver.read(link, plan) for _ in replies]
    assert [sample.values[0] for sample in samples] == [129.07, None, None, 500.0, None]
    assert [sample.statuses[0] for sample in samples] == [
        Status.UNSTABLE,
        Status.OVER_RANGE,
        Status.DEVICE_ERROR,
        Status.GOOD,
        Status.DEVICE_ERROR,
    ]


class Transmitter(Meter):
    """HMT330 in STOP mode with its echo on: echo, reply, prompt."""

    def obey(self, command: bytes) -> None:
        self.write(command + b"\r\n")
        if command == b"?":
            self.write(b"HMT330 / 5.15\r\nSerial number  : A1234567\r\n")
            self.write(b"".join(b"Line %d         : x\r\n" % n for n in range(12)))
        elif command == b"SEND":
            self.write(b"RH= 45.1 %RH T= 23.4 'C \r\n")
        self.write(b">")


async def test_a_transmitter_with_echo_prompt_and_a_long_identification(line: Line) -> None:
    driver = TextDriver(profile("vaisala-hmt330"))
    plan = driver.plan(["temperature", "humidity", "dewpoint"])
    async with line(Transmitter(), PATIENT) as link:
        identity = await driver.identify(link)
        samples = [await driver.read(link, plan) for _ in range(3)]
    assert identity == Identity(model="HMT330", firmware="5.15", serial_number="A1234567")
    assert [sample.values for sample in samples] == [(23.4, 45.1, None)] * 3
    assert samples[0].statuses == (Status.GOOD, Status.GOOD, Status.OFF)
