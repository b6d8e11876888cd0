"""CPU time of one Modbus TCP transaction: this package's driver against pymodbus's client.

    python tests/bench/modbus_transaction.py [transactions]

The server is a child process that answers from a table, so that only the client's side is
counted (``time.process_time``: user and system of this process). Both read the same 20 registers
and decode them into the same ten floats.
"""

import argparse
import asyncio
import logging
import multiprocessing
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

from pymodbus.client import AsyncModbusTcpClient

from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.transport.link import Settings
from drivers.transport.tcp import open_tcp

FLOATS = 10
VALUES = tuple(float(number) for number in range(FLOATS))
DATA = struct.pack(f">{FLOATS}f", *VALUES)
ROUNDS = 5


def serve(ready: Connection) -> None:
    """Answer every request on one connection after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ready.send(server.getsockname()[1])
        while True:
            connection, _ = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                while request := connection.recv(260):
                    head = struct.pack(">HHBBB", 0, len(DATA) + 3, request[6], 4, len(DATA))
                    connection.sendall(request[:2] + head + DATA)


def profile() -> ModbusProfile:
    """Ten floats in twenty input registers."""
    channel = {"function": 4, "type": "float32", "low": -1e6, "high": 1e6}
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


async def own(port: int, count: int) -> float:
    """CPU seconds a transaction through ModbusDriver."""
    link = await open_tcp("127.0.0.1", port, Settings(), "bench")
    driver = ModbusDriver(profile(), 1, tcp=True)
    plan = driver.plan([f"c{i}" for i in range(FLOATS)])

    async def read() -> tuple[object, ...]:
        return (await driver.read(link, plan)).values

    try:
        return await measure(read, count)
    finally:
        await link.close()


async def exchange(port: int, count: int) -> float:
    """CPU seconds of nothing but a request and 29 bytes back through asyncio streams."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = bytes.fromhex("000100000006010400000014")

    async def read() -> tuple[object, ...]:
        writer.write(request)
        reply = await reader.readexactly(9 + len(DATA))
        return struct.unpack(f">{FLOATS}f", reply[9:])

    try:
        return await measure(read, count)
    finally:
        writer.close()
        await writer.wait_closed()


async def theirs(port: int, count: int) -> float:
    """CPU seconds a transaction through pymodbus's client and its conversion."""
    client = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=1, retries=0)
    await client.connect()

    async def read() -> tuple[object, ...]:
        reply = await client.read_input_registers(0, count=2 * FLOATS, device_id=1)
        values = client.convert_from_registers(reply.registers, client.DATATYPE.FLOAT32)
        return tuple(values) if isinstance(values, list) else ()

    try:
        return await measure(read, count)
    finally:
        client.close()


async def measure(read: Callable[[], Awaitable[tuple[object, ...]]], count: int) -> float:
    """The best of some rounds, after one that warms up and checks the values."""
    if await read() != VALUES:
        raise SystemExit("wrong values")
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(count):
            await read()
        best = min(best, (time.process_time() - start) / count)
    return best


def main() -> None:
    """Run the three and print a table."""
    logging.disable()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("transactions", nargs="?", type=int, default=5000)
    count = parser.parse_args().transactions
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=serve, args=(sender,), daemon=True)
    server.start()
    port = receiver.recv()
    try:
        for name, run in (("asyncio alone", exchange), ("this driver", own), ("pymodbus", theirs)):
            seconds = asyncio.run(run(port, count))
            print(f"{name:14} {seconds * 1e6:7.1f} us CPU a transaction")  # noqa: T201 - its output
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
