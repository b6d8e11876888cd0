"""What an MQTT broker sends to either client: CONNACK with limits, PUBACK with reasons, anything.

Invariants. Connecting and publishing end in time with an outcome or a ``SinkUnavailableError``,
nothing escapes into the event loop, and no socket or task stays behind.
"""

import asyncio
import contextlib
import errno
import gc
from collections.abc import Iterator
from typing import Any

from daq.deliver.mqtt_client import BrokerClient
from daq.deliver.mqtt_connection import Connection
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import MakePublisher
from daq.deliver.mqtt_wire.publisher import WirePublisher
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkUnavailableError
from tests.fuzz.choices import Choices

CONNACK_5 = bytes.fromhex("2003000000")
CONNACK_3 = bytes.fromhex("20020000")
KINDS: tuple[tuple[str, MakePublisher], ...] = (
    ("5", WirePublisher),
    ("3.1.1", WirePublisher),
    ("5", BrokerClient),
    ("3.1.1", BrokerClient),
)
PATIENCE = 5.0
MESSAGES = 3
ANSWERS = (
    "40030001004002000240030003 87",  # PUBACK of the first, the second, a refusal of the third
    "4007000187031f0000 4003000200",  # a reason, empty
    "d000e000e0028d00",  # PINGRESP, DISCONNECT without and with a reason
    "3005000161 6262",  # messages of QoS 0 and 1
    "3207000161 0001 6262",
    "30ffffff7f",  # the longest packets there can be
    "40ffffff7f",
    "2003008500",  # CONNACK: refused, with limits
    "200b000008 210003 2700000040",
    "2007000004 210000 00",
    "2016000013 24002500 1300051f0001611c000162 26000163000164",
    "20020001",
    "f000f0020000",  # AUTH
)
"""What may come, in hexadecimal."""


def target(data: bytes) -> None:
    """Connect to a broker that says the bytes, and publish."""
    choices = Choices(data)
    version, make = KINDS[choices.below(len(KINDS))]
    parts = [choices.piece() if choices.below(2) else b"" for _ in range(3)]
    parts.append(choices.rest())
    parts[0] = parts[0] or (CONNACK_5 if version == "5" else CONNACK_3)
    with asyncio.Runner() as runner:
        runner.run(_converse(version, make, parts))


def seeds() -> Iterator[bytes]:
    """Right answers, refusals, properties, messages, lengths that promise too much."""
    for kind in range(len(KINDS)):
        for answer in map(bytes.fromhex, ANSWERS):
            yield bytes([kind, 0, 0, 0]) + answer
            yield bytes([kind, 1, len(answer)]) + answer + bytes([0, 0]) + answer


async def _converse(version: Any, make: MakePublisher, parts: list[bytes]) -> None:  # noqa: ANN401 - a word
    escaped: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, what: None if _of_aiomqtt(make, what) else escaped.append(what)
    )
    server = await asyncio.start_server(_speaker(parts), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    settings = MqttSettings(host="127.0.0.1", port=port, site="lab", version=version, timeout=0.5)
    will = Message("will", b"gone")
    connection = Connection(make, settings, "fuzz", will, None)
    try:
        async with asyncio.timeout(PATIENCE):
            await _publish(connection)
    finally:
        server.close()
    await asyncio.sleep(0)
    gc.collect()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    mine = [task for task in others if "mqtt" in task.get_name()]
    assert not mine, mine
    assert not escaped, escaped


async def _publish(connection: Connection) -> None:
    messages = [Message(f"lab/{number}", b"{}", retain=True) for number in range(MESSAGES)]
    try:
        await connection.open()
        failures = await connection.publish(messages)
        connection.check()
        assert failures.keys() <= set(range(MESSAGES))
    except SinkUnavailableError:
        pass
    finally:
        await connection.close(Message("lab/status", b"bye"))


def _of_aiomqtt(make: MakePublisher, what: dict[str, Any]) -> bool:
    """It asks the loop, in its next round, to watch a socket that may be closed by then."""
    error = what.get("exception")
    closed = isinstance(error, OSError) and error.errno == errno.EBADF
    return make is BrokerClient and closed and "add_" in what["message"]


def _speaker(parts: list[bytes]) -> Any:  # noqa: ANN401 - a callback of asyncio
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for part in (*parts, b""):
                await _hear(reader)
                writer.write(part)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    return speak


async def _hear(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await reader.read(4096)
