"""Profiles, a line in memory and a Modbus unit, for tests of the Modbus family."""

import asyncio
import struct
from collections.abc import Callable, Mapping

import msgspec

from drivers.modbus.crc import crc
from drivers.modbus.profile import ModbusProfile
from drivers.transport.link import Link, Settings

Say = Callable[[bytes, float], None]
"""Lets bytes arrive after some seconds."""

Far = Callable[[bytes, Say], None]
"""The far end: gets what was sent, and a way to say something."""


def make_profile(
    channels: Mapping[str, Mapping[str, object]],
    modbus: Mapping[str, object] | None = None,
    **tables: object,
) -> ModbusProfile:
    """A profile with these channels; big-endian unless told otherwise."""
    return ModbusProfile.model_validate(
        {
            "profile": {
                "name": "made-up",
                "manufacturer": "Maker",
                "model": "M1",
                "protocol": "modbus",
                "source": ["made up"],
            },
            "modbus": {"byte_order": "big", "word_order": "big", **(modbus or {})},
            "channel": channels,
            **tables,
        }
    )


def words(*addresses: int, function: int = 3) -> dict[str, dict[str, object]]:
    """Channels ``r0``, ``r1`` ... : one unsigned register each."""
    return {
        f"r{address}": {"function": function, "register": address, "type": "uint16"}
        for address in addresses
    }


class MemoryLine(asyncio.Transport):
    """A transport whose far end is a function."""

    def __init__(self, link: Link, far: Far) -> None:
        super().__init__()
        self.sent: list[tuple[float, bytes]] = []
        self._link = link
        self._far = far
        self._closing = False
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append((self._loop.time(), bytes(data)))
        self._far(bytes(data), self.say)

    def say(self, data: bytes, delay: float = 0.0) -> None:
        """Have bytes arrive after a delay."""
        self._loop.call_later(delay, self._link.data_received, data)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self._closing

    def abort(self) -> None:
        self.lose(None)

    def lose(self, error: Exception | None) -> None:
        """End the connection."""
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._link.connection_lost, error)


def memory_link(far: Far, settings: Settings | None = None) -> tuple[Link, MemoryLine]:
    """A link and its line; must be called while a loop runs."""
    link = Link("memory", settings or Settings(timeout=0.5))
    line = MemoryLine(link, far)
    link.connection_made(line)
    return link, line


class Refusal(msgspec.Struct, frozen=True):
    """What a unit answers instead of data."""

    code: int


Registers = Callable[[int, int, int], list[int] | Refusal | None]
"""The words for function, address and count; None for silence."""


def answer(request: bytes, data: Registers) -> bytes:
    """The RTU reply to an RTU request."""
    unit, function, address, count = struct.unpack(">BBHH", request[:6])
    found = data(function, address, count)
    if found is None:
        return b""
    if isinstance(found, Refusal):
        return sealed(bytes([unit, function | 0x80, found.code]))
    return sealed(struct.pack(f">BBB{count}H", unit, function, 2 * count, *found))


def sealed(frame: bytes) -> bytes:
    """A frame with its checksum."""
    return frame + crc(frame)


def to_tcp(number: bytes, rtu: bytes) -> bytes:
    """The RTU reply as Modbus TCP under a transaction number."""
    return number + b"\0\0" + (len(rtu) - 2).to_bytes(2, "big") + rtu[:-2]


def to_rtu(request: bytes) -> bytes:
    """The Modbus TCP request as RTU."""
    return sealed(request[6:])
