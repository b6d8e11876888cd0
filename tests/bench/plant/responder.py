"""Modbus TCP units that answer from a table, as fast as Python can: the load of the benchmarks.

    python -m tests.bench.plant.responder COUNT PORT [stamped]

COUNT units listen on 127.1.0.1, 127.1.0.2, ... at one port. Each answers any read with
registers that count its requests, so that successive scans differ. The product's simulators
model devices and would be the bottleneck here. Stamped units put the time of the reply into the
first four registers: ns of the monotonic clock, which all processes share. Prints a line when
all of them listen.
"""

import asyncio
import struct
import sys
import time

_HEAD = struct.Struct(">HHHBBB")
_REQUEST = struct.Struct(">HHHBBHH")
REQUEST_LENGTH = 12
BASE, COUNTED = 0x4000, 0x0FFF
"""What registers hold: plausible whether taken as an integer, or two of them as a float."""


_STAMP = struct.Struct(">Q")


class Unit(asyncio.Protocol):
    """One connection. Requests of twelve bytes, the shape of every read."""

    def __init__(self) -> None:
        self._buffer = b""
        self._served = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every complete request."""
        self._buffer += data
        while len(self._buffer) >= REQUEST_LENGTH:
            request, self._buffer = self._buffer[:REQUEST_LENGTH], self._buffer[REQUEST_LENGTH:]
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        assert self._transport is not None
        transaction, _, _, unit, function, _, count = _REQUEST.unpack(request)
        self._served = (self._served + 1) & COUNTED
        head = _HEAD.pack(transaction, 0, 3 + 2 * count, unit, function, 2 * count)
        self._transport.write(head + self._registers(count))

    def _registers(self, count: int) -> bytes:
        return (BASE | self._served).to_bytes(2, "big") * count


class StampedUnit(Unit):
    """A unit that says when it answered."""

    def _registers(self, count: int) -> bytes:
        return _STAMP.pack(time.monotonic_ns()) + super()._registers(count - _STAMP.size // 2)


def address(number: int) -> str:
    """The loopback address of a unit, from 0 on."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


async def serve(count: int, port: int, unit: type[Unit]) -> None:
    """Listen until cancelled."""
    loop = asyncio.get_running_loop()
    for number in range(count):
        await loop.create_server(unit, address(number), port, backlog=16)
    print("listening", flush=True)  # noqa: T201 - what the parent waits for
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), StampedUnit if sys.argv[3:] else Unit))
