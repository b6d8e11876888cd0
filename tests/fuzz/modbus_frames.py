"""Modbus frames: replies lost, late, cut, with wrong bits, among noise or other units' frames.

Invariants. Nothing but an answer or a ``DriverError`` comes of it. Without noise, an answer is
that of the request just asked, although RTU replies name no request: the checksum finds up to
three wrong bits, ``drivers.modbus.sync`` what is late. With noise, which may hold a frame that is
right by itself, what was taken stood there whole: unit, function, length, checksum or number.
"""

import asyncio
import itertools
from collections.abc import Iterator

from drivers.errors import DriverError
from drivers.modbus import framing
from drivers.modbus.pdu import Request
from drivers.modbus.planner import probes
from drivers.modbus.unit import RtuUnit, TcpUnit
from drivers.transport.link import Settings
from tests.fuzz.choices import Choices, changed, flipped
from tests.modbus_lab import Refusal, Say, answer, memory_link, to_rtu, to_tcp
from tests.virtual_time import run_virtual

SPANS = [Request(3, address, 1) for address in range(4)]
PROBES = probes(SPANS, lambda _: 125, 0)
TIMEOUT, QUIET = 0.5, 0.2
LATEST = (len(PROBES) - 1) * (TIMEOUT + QUIET)
"""How late a reply may be: less than a whole round of probes, see ``drivers.modbus.sync``."""
EXCHANGES = 12


class FarEnd:
    """A unit whose registers hold the number of the request; it answers in order, as all do."""

    def __init__(self, choices: Choices, *, tcp: bool) -> None:
        self.asked = 0
        self.noisy = False
        self._choices = choices
        self._tcp = tcp
        self._busy_until = 0.0

    def far(self, request: bytes, say: Say) -> None:
        """Take a request, and say what the choices want."""
        self.asked += 1
        now = asyncio.get_running_loop().time()
        done = max(self._busy_until, now) + 0.001 + self._choices.below(64) / 32
        if done - now > LATEST:
            return
        self._busy_until = done
        rtu = to_rtu(request) if self._tcp else request
        reply = answer(rtu, self._registers)
        reply = to_tcp(request[:2], reply) if self._tcp else reply
        for place, part in enumerate(self._parts(reply)):
            say(part, done - now + place / 1e6)  # equal times have no order

    def _registers(self, _function: int, address: int, count: int) -> list[int] | Refusal:
        if address + count > len(SPANS):
            return Refusal(2)
        return [self.asked] * count

    def _parts(self, reply: bytes) -> Iterator[bytes]:
        choices = self._choices
        match choices.below(8):
            case 1:
                return
            case 2 if not self._tcp:  # nothing protects the data of Modbus TCP but TCP itself
                yield flipped(reply, choices, 3)
            case 3:
                self.noisy = self.noisy or self._tcp  # no checksum tells where it was cut
                yield reply[: choices.below(len(reply))]
            case 4:
                cut = choices.below(len(reply))
                yield from (reply[:cut], reply[cut:])
            case 5:
                self.noisy = True
                yield from (choices.piece(), reply)
            case 6:
                self.noisy = True
                yield changed(reply, choices)
            case 7:
                self.noisy = True
                yield bytes([choices.below(256)]) * choices.below(4096)
            case _:
                yield reply


def target(data: bytes) -> None:
    """Converse with a unit that the bytes direct."""
    run_virtual(_converse(Choices(data)))


def seeds() -> Iterator[bytes]:
    """Conversations in which one thing goes wrong."""
    for tcp in (0, 1):
        yield bytes([tcp])
        for kind in range(8):
            yield bytes([tcp, 0, 0, kind, 5, 3, 1, 2, 3, 4]) * 4
            yield bytes([tcp, 1, 2, 40, kind, 0, 2, 0, 0, 0])


async def _converse(choices: Choices) -> None:
    tcp = bool(choices.below(2))
    far = FarEnd(choices, tcp=tcp)
    framing.__dict__["_transactions"] = itertools.count(1)  # the same numbers for the same bytes
    link, _ = memory_link(far.far, Settings(timeout=TIMEOUT, quiet=QUIET))
    said = bytearray()
    link.tap = lambda direction, data: said.extend(data if direction == "rx" else b"")
    unit = (TcpUnit if tcp else RtuUnit)(1, PROBES)
    for _ in range(EXCHANGES):
        if not choices:
            break
        request = Request(3, choices.below(5), 1 + choices.below(4))
        try:
            found = await unit.ask(link, request)
        except DriverError:
            continue
        if far.noisy:
            assert _whole(found.data, bytes(said), tcp=tcp)
        else:
            assert request.end <= len(SPANS), "an answer where only a refusal can come"
            assert found.data == far.asked.to_bytes(2, "big") * request.count
    await link.close()


def _whole(data: bytes, said: bytes, *, tcp: bool) -> bool:
    body = bytes([1, 3, len(data)]) + data
    if tcp:
        return bytes([0, 0, 0, len(body)]) + body in said
    return body + _checksum(body) in said


def _checksum(data: bytes) -> bytes:
    """CRC-16/MODBUS bit by bit, from the standard and not from the drivers."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return register.to_bytes(2, "little")
