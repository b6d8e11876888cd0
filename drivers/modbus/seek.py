"""Looking for Modbus units whose profile is not known yet. Reads, and knows how to see that."""

from typing import Literal

from drivers.modbus.pdu import Request
from drivers.modbus.unit import RtuUnit, TcpUnit, Unit
from drivers.transport.link import Link

PROBE = Request(function=3, address=0, count=1)
"""The shortest read there is. A unit that has no such register answers with an exception."""

READS = (1, 2, 3, 4)
"""Functions that change nothing: Modbus Application Protocol V1.1b3, sections 6.1 to 6.4."""

_RTU_LENGTH, _RTU_FUNCTION = 8, 1
_TCP_LENGTH, _TCP_FUNCTION = 12, 7


async def answers(link: Link, unit: int, framing: Literal["rtu", "tcp"]) -> None:
    """Ask a unit for one register; return when it answers, with a refusal if need be.

    Raises:
        ReplyTimeoutError: it does not answer.
        DriverError: what comes is no answer.
    """
    kind = TcpUnit if framing == "tcp" else RtuUnit
    probed: Unit = kind(unit, [PROBE])
    await probed.probe(link)


def is_read(data: bytes, framing: Literal["rtu", "tcp"]) -> bool:
    """Whether a frame is a request to read, and nothing else: functions 1 to 4."""
    length, at = (_RTU_LENGTH, _RTU_FUNCTION)
    if framing == "tcp":
        length, at = (_TCP_LENGTH, _TCP_FUNCTION)
    return len(data) == length and data[at] in READS
