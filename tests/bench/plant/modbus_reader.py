"""CPU of one Modbus TCP request, with many connections in one process.

    python -m tests.bench.plant.modbus_reader WHO LOOP PORT CONNECTIONS REQUESTS ROUNDS

WHO is ``ours`` (the driver, as the daemon uses it), ``pymodbus`` (its client and its conversion)
or ``asyncio`` (nothing but a request and the bytes back through a protocol); LOOP is ``asyncio``
or ``uvloop``. All read 20 registers and make ten floats of them. Each connection asks again as
soon as it is answered. Prints microseconds of this process, user and system, a request: the best
round.
"""

import asyncio
import gc
import logging
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import cast

from daq.loop import loop_factory
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.transport.link import Settings
from drivers.transport.tcp import open_tcp
from tests.bench.plant.responder import address

FLOATS = 10
REQUEST = bytes.fromhex("000100000006010400000014")
REPLY = 9 + 4 * FLOATS
_DECODE = struct.Struct(f">{FLOATS}f").unpack

Ask = Callable[[], Awaitable[tuple[object, ...]]]
"""One request: the ten values."""


def profile() -> ModbusProfile:
    """Ten floats in twenty input registers."""
    channel = {"function": 4, "type": "float32", "low": -1e12, "high": 1e12}
    return ModbusProfile.model_validate(
        {
            "profile": {
                "name": "bench",
                "manufacturer": "none",
                "model": "none",
                "protocol": "modbus",
                "source": ["made up"],
            },
            "modbus": {"byte_order": "big", "word_order": "big"},
            "channel": {f"c{i}": {**channel, "register": 2 * i} for i in range(FLOATS)},
        }
    )


async def ours(host: str, port: int) -> Ask:
    """The driver over a link, as the poller calls it."""
    link = await open_tcp(host, port, Settings(), "bench")
    driver = ModbusDriver(profile(), 1, tcp=True)
    plan = driver.plan([f"c{i}" for i in range(FLOATS)])

    async def ask() -> tuple[object, ...]:
        return (await driver.read(link, plan)).values

    return ask


async def pymodbus(host: str, port: int) -> Ask:
    """pymodbus's client and its conversion."""
    from pymodbus.client import AsyncModbusTcpClient  # noqa: PLC0415 - only where it is measured

    client = AsyncModbusTcpClient(host, port=port, timeout=5, retries=0)
    await client.connect()

    async def ask() -> tuple[object, ...]:
        reply = await client.read_input_registers(0, count=2 * FLOATS, device_id=1)
        values = client.convert_from_registers(reply.registers, client.DATATYPE.FLOAT32)
        return tuple(values) if isinstance(values, list) else ()

    return ask


class Bare(asyncio.Protocol):
    """The least that gets an answer: no deadline, no check of anything."""

    def __init__(self) -> None:
        self.waiter: asyncio.Future[bytes] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand over what came."""
        assert self.waiter is not None
        self.waiter.set_result(data)


async def bare(host: str, port: int) -> Ask:
    """asyncio alone."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_connection(Bare, host, port)

    async def ask() -> tuple[object, ...]:
        protocol.waiter = loop.create_future()
        transport.write(REQUEST)
        return _DECODE((await protocol.waiter)[9:REPLY])

    return ask


WHO = {"ours": ours, "pymodbus": pymodbus, "asyncio": bare}


async def ask_all(who: str, port: int, connections: int, requests: int) -> None:
    """So many requests over each connection."""
    asks = [await WHO[who](address(number), port) for number in range(connections)]
    await asyncio.gather(*(_repeat(ask, requests) for ask in asks))


async def _repeat(ask: Ask, requests: int) -> None:
    for _ in range(requests):
        if len(await ask()) != FLOATS:
            raise SystemExit("wrong values")


async def measure(who: str, port: int, connections: int, requests: int, rounds: int) -> float:
    """Seconds of CPU a request: the best round, after one that warms up."""
    asks = [await WHO[who](address(number), port) for number in range(connections)]
    best = float("inf")
    for _ in range(rounds + 1):
        gc.collect()
        started = time.process_time()
        await asyncio.gather(*(_repeat(ask, requests) for ask in asks))
        used = time.process_time() - started
        best = min(best, used / (requests * connections))
    return best


def _factory(who: str, loop: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """The daemon's own choice for us, the bare loop for the others."""
    if loop == "uvloop" and who != "ours":
        return cast("Callable[[], asyncio.AbstractEventLoop]", import_module("uvloop").Loop)
    return loop_factory(loop)


def main(who: str, loop: str, *numbers: str) -> None:
    """Measure and print."""
    logging.disable()
    factory = _factory(who, loop)
    port, connections, requests, rounds = map(int, numbers)
    with asyncio.Runner(loop_factory=factory) as runner:
        seconds = runner.run(measure(who, port, connections, requests, rounds))
    print(seconds * 1e6)  # noqa: T201 - what the parent reads


if __name__ == "__main__":
    main(*sys.argv[1:])
