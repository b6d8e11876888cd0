"""Both MQTT clients with brokers that state limits, refuse, take leave, or fall silent.

Mosquitto does most of this only in other versions or never; these brokers are scripted.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from daq.deliver.mqtt import MqttSink
from daq.deliver.present import Present
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import Outcome, SinkMisconfiguredError, SinkUnavailableError
from tests.contract.raw_broker import CONNACK, CONNECT, DISCONNECT, PINGREQ, PUBLISH, Caller, broker
from tests.contract.sink_targets import CLIENTS, Client, scan, scans
from tests.journal_samples import until

CANARY = "canary-4711"

every_client = pytest.mark.parametrize("client", CLIENTS)


@asynccontextmanager
async def mqtt(port: int, client: Client = "direct", **changes: Any) -> AsyncGenerator[MqttSink]:  # noqa: ANN401 - any setting
    base = MqttSettings(host="127.0.0.1", port=port, site="lab", timeout=10.0, client=client)
    sink = MqttSink("broker", msgspec.structs.replace(base, **changes))
    try:
        yield sink
    finally:
        await sink.close()


def fault(sink: MqttSink) -> str:
    try:
        sink.check()
    except SinkUnavailableError as error:
        return str(error)
    return ""


def connack(properties: str, code: int = 0) -> bytes:
    packed = bytes.fromhex(properties)
    return bytes((0x20, len(packed) + 3, 0, code, len(packed))) + packed


# The limits of CONNACK.


@every_client
async def test_no_more_than_the_receive_maximum_is_unanswered(client: Client) -> None:
    window = 3

    async def talk(caller: Caller) -> None:
        await caller.welcome(connack("210003"))
        for _ in range(8):
            packets = await caller.packets(window)
            assert await caller.silent_for(0.02)
            for packet in reversed(packets):
                await caller.acknowledge(packet)
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, client) as sink:
        await sink.connect()
        assert await sink.write(scans(range(1, 24)), historical=False) == Outcome()


@every_client
async def test_nothing_is_retained_where_the_broker_cannot(client: Client) -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome(connack("2500"))
        await caller.serve()

    async with broker(talk) as here:
        async with mqtt(here.port, client) as sink:
            await sink.connect()
            await sink.write(scans([1]), historical=False, newest={1})
        messages = [p for p in here.callers[0].heard if p.kind == PUBLISH]
    assert len(messages) == 4, "online, metadata, the scan, offline"
    assert {message.flags for message in messages} == {0x2}


@every_client
async def test_a_broker_that_acknowledges_nothing_is_no_place_to_deliver_to(client: Client) -> None:
    async def talk(caller: Caller) -> None:
        await caller.packet()
        await caller.say(connack("2400"))
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, client) as sink:
        with pytest.raises(SinkMisconfiguredError, match="QoS 0 only"):
            await sink.connect()
        assert not [p for p in here.callers[0].heard if p.kind == PUBLISH]


async def test_the_brokers_keep_alive_counts_when_it_is_shorter() -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome(connack("130001"))
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, keepalive=3600) as sink:
        await sink.connect()
        await until(lambda: [p.kind for p in here.callers[0].heard].count(PINGREQ) == 2)
        assert fault(sink) == ""


@every_client
async def test_packets_may_be_of_any_length_the_protocol_can_say(client: Client) -> None:
    """Lengths of one, two and three bytes, and the one byte around each step."""
    seen: list[int] = []

    async def talk(caller: Caller) -> None:
        await caller.welcome()
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, client) as sink:
        await sink.connect()
        for size in (1, 50, 60, 70, 1_000, 16_200, 16_300, 16_400, 70_000):
            entry = scan(1)
            wide = msgspec.structs.replace(entry, values=("x" * size, 1.0, 2.0))
            assert await sink.write([wide], historical=False) == Outcome()
        seen += [len(p.body) for p in here.callers[0].heard if p.kind == PUBLISH]
    assert seen[-1] > 70_000


# Refusals and partings.


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_a_broker_of_3_1_1_and_one_that_is_busy_are_told_apart(version: str) -> None:
    answers = iter([bytes.fromhex("20020001"), bytes.fromhex("20020003")])

    async def talk(caller: Caller) -> None:
        await caller.packet()
        await caller.say(next(answers))

    async with broker(talk) as here, mqtt(here.port, version=version) as sink:
        with pytest.raises(SinkMisconfiguredError, match="unsupported protocol version"):
            await sink.connect()
        if version == "3.1.1":
            with pytest.raises(SinkUnavailableError, match="server unavailable") as caught:
                await sink.connect()
            assert not isinstance(caught.value, SinkMisconfiguredError)


async def test_the_reason_of_a_refusal_is_shown_without_our_secret_on_one_line() -> None:
    reason = f"go away {CANARY}\n\x1b[2J".encode()
    refusal = connack((b"\x1f" + len(reason).to_bytes(2, "big") + reason).hex(), 0x86)

    async def talk(caller: Caller) -> None:
        await caller.packet()
        await caller.say(refusal)

    async with broker(talk) as here, mqtt(here.port, user="me", password=CANARY) as sink:
        with pytest.raises(SinkMisconfiguredError) as caught:
            await sink.connect()
    text = str(caught.value)
    assert text == "cannot connect: bad user name or password (go away *** \\x1b[2J)"


async def test_a_broker_that_takes_leave_says_why() -> None:
    enough = asyncio.Event()

    async def talk(caller: Caller) -> None:
        await caller.welcome()
        await enough.wait()
        await caller.say(bytes.fromhex("e0068e041f000179"))
        await caller.packets(100)

    async with broker(talk) as here, mqtt(here.port) as sink:
        await sink.connect()
        enough.set()
        await until(lambda: fault(sink) != "")
        assert fault(sink) == "connection lost: session taken over (y)"


async def test_leave_taken_in_mid_batch_ends_the_batch_at_once() -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome(connack("210002"))
        await caller.packets(2)
        await caller.say(b"\xe0\x01\x8b")
        await caller.packets(100)

    async with broker(talk) as here, mqtt(here.port, timeout=600.0) as sink:
        await sink.connect()
        with pytest.raises(SinkUnavailableError, match="server shutting down"):
            await sink.write(scans(range(1, 10)), historical=False)


@every_client
async def test_we_take_leave_in_order_after_a_last_message(client: Client) -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome()
        await caller.serve()

    async with broker(talk) as here:
        async with mqtt(here.port, client) as sink:
            await sink.connect()
        await until(lambda: here.callers[0].heard[-1].kind == DISCONNECT)
        kinds = [packet.kind for packet in here.callers[0].heard]
    assert kinds == [CONNECT, PUBLISH, PUBLISH, DISCONNECT]


# Silence.


async def test_a_broker_that_answers_no_ping_is_lost() -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome()
        while True:
            await caller.packet()

    async with broker(talk) as here, mqtt(here.port, keepalive=1, timeout=0.2) as sink:
        await sink.connect()
        await until(lambda: fault(sink) != "")
        assert fault(sink) == "connection lost: no PINGRESP within 0.2 s"
        assert here.callers[0].heard[-1].kind == PINGREQ


@every_client
async def test_a_broker_that_acknowledges_slowly_has_time_for_each_message(client: Client) -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome()
        for packet in await caller.packets(7):
            await asyncio.sleep(0.2)
            await caller.acknowledge(packet)
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, client, timeout=0.8) as sink:
        await sink.connect()
        assert await sink.write(scans(range(1, 7)), historical=False) == Outcome()


@every_client
async def test_a_broker_that_acknowledges_nothing_any_more_is_unavailable(client: Client) -> None:
    async def talk(caller: Caller) -> None:
        await caller.welcome()
        await caller.acknowledge(await caller.packet())
        await caller.packets(100)

    async with broker(talk) as here, mqtt(here.port, client, timeout=0.3) as sink:
        await sink.connect()
        with pytest.raises(SinkUnavailableError, match=r"no PUBACK within 0\.3 s"):
            await sink.write(scans(range(1, 10)), historical=False)


async def test_answers_that_dribble_are_answers() -> None:
    async def dribble(caller: Caller, data: bytes) -> None:
        for byte in data:
            await caller.say(bytes((byte,)))
            await asyncio.sleep(0.002)

    async def talk(caller: Caller) -> None:
        await caller.packet()
        await dribble(caller, CONNACK)
        while True:
            packet = await caller.packet()
            await dribble(caller, b"\x40\x03" + packet.packet_id + b"\x10")

    async with broker(talk) as here, mqtt(here.port) as sink:
        await sink.connect()
        assert await sink.write(scans(range(1, 10)), historical=False) == Outcome()


async def test_a_broker_that_reads_nothing_gets_no_more_than_its_buffers_hold() -> None:
    """What waits stays a message: no packet is made that cannot be written."""
    reading = asyncio.Event()

    async def talk(caller: Caller) -> None:
        await caller.welcome()
        transport: Any = caller.writer.transport
        transport.pause_reading()
        await reading.wait()
        transport.resume_reading()
        await caller.serve()

    async with broker(talk) as here, mqtt(here.port, inflight=60_000) as sink:
        await sink.connect()
        writing = asyncio.create_task(
            sink.write(
                [
                    msgspec.structs.replace(entry, values=("x" * 20_000, 1.0, 2.0))
                    for entry in map(scan, range(1, 1001))
                ],
                historical=False,
            ),
            name="write",
        )
        inside: Any = sink
        publisher = inside._connection._publisher
        transport = publisher._pipe._transport
        await until(lambda: not publisher.writable)
        await asyncio.sleep(0.1)
        assert transport.get_write_buffer_size() < 200_000
        assert not writing.done()
        reading.set()
        assert await writing == Outcome()


@every_client
async def test_states_a_broker_cannot_take_now_are_said_again_and_refused_ones_are_not(
    client: Client,
) -> None:
    said: list[bytes] = []

    async def talk(caller: Caller) -> None:
        await caller.welcome()
        for reason in (b"\x97", b"", b"\x87"):  # quota exceeded, taken, not authorized
            packet = await caller.packet()
            said.append(packet.body)
            await caller.acknowledge(packet, reason)
        await caller.serve()

    present = Present(topics={"_beacon": {"lamp": "off"}})
    async with broker(talk) as here, mqtt(here.port, client) as sink:
        await sink.connect()
        assert not await sink.show(present)
        assert await sink.show(present)
        assert await sink.show(Present(topics={"_beacon": {"lamp": "steady"}}))
        assert await sink.show(Present(topics={"_beacon": {"lamp": "steady"}}))
    assert [b'"off"' in body for body in said] == [True, True, False]
