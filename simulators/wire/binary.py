"""The binary front end: frames with a checksum, on a line shared by several devices."""

from collections.abc import Sequence

import msgspec

from simulators.faults import Framing
from simulators.frames import FrameDevice
from simulators.wire.message import FrontEnd, Outgoing, Request, Station

INPUT_BUFFER = 512
"""Bytes that may wait for the rest of a request; of more, the newest are kept."""


class Member(msgspec.Struct, frozen=True):
    """A device with binary frames as a station of the wire."""

    station: Station
    device: FrameDevice


class BinaryFrontEnd(FrontEnd):
    """One client's frames to the devices of the wire, which all speak the same protocol.

    No silence is needed to end a frame: its length is known and its checksum has to be right.
    A frame that was cut off is passed over when a whole one comes after it.
    """

    framing: Framing = "binary"

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)
        self._find = self._members[0].device.find
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes; return the requests that are complete with them."""
        self._buffer += data
        requests: list[Request] = []
        while found := self._find(bytes(self._buffer)):
            start, end = found
            frame = bytes(self._buffer[start:end])
            del self._buffer[:end]
            requests.append(Request(end, lambda frame=frame: self._answer(frame)))
        del self._buffer[:-INPUT_BUFFER]
        return requests

    def _answer(self, frame: bytes) -> Outgoing | None:
        """Ask each; on a real line the answers of two would collide, here the first is heard."""
        for member in self._members:
            reply = member.device.take(frame, member.station.unit)
            if reply is not None:
                return Outgoing(
                    member.station,
                    reply.data,
                    reply.request,
                    reply.values,
                    checksum=reply.checksum,
                )
        return None
