"""The text front end: commands in lines, ended by CR, LF or both, for one device or several."""

from collections.abc import Sequence
from typing import TypeAlias

from simulators.dialogue import Reply, TextDevice
from simulators.faults import Framing
from simulators.wire.message import FrontEnd, Outgoing, Request, Station

CR, LF = 0x0D, 0x0A

Party: TypeAlias = tuple[Station, TextDevice]
"""A station of a text wire, and its device as what it is."""


class Ear:
    """What one device on the wire has received of a command."""

    def __init__(self, device: TextDevice) -> None:
        self._device = device
        self._line = bytearray()
        self._lost = False
        self._after_cr = False

    def take(self, byte: int) -> str | None:
        """Take a byte; return the command that is complete with it and not lost."""
        pair = byte == LF and self._after_cr
        self._after_cr = byte == CR
        if pair:  # LF right after CR belongs to the same end of line
            return None
        if byte in (CR, LF):
            return self._end()
        if len(self._line) >= self._device.longest_line:
            self._lost = True
            return None
        self._line.append(byte)
        return self._end() if self._device.ends(self._line.decode("latin-1")) else None

    def _end(self) -> str | None:
        line, lost = self._line.decode("latin-1"), self._lost
        self._line.clear()
        self._lost = False
        return line if not lost and self._device.hears(line) else None


class TextFrontEnd(FrontEnd):
    """One client's lines to the devices of the wire; all hear all lines, who is meant answers."""

    framing: Framing = "text"
    spontaneous = True

    def __init__(self, parties: Sequence[Party]) -> None:
        self._parties = parties
        self._ears = [Ear(device) for _, device in parties]

    def feed(self, data: bytes) -> list[Request]:
        """Split into lines; each is one request to all devices that have heard it."""
        requests: list[Request] = []
        for byte in data:
            lines = [ear.take(byte) for ear in self._ears]
            heard = [
                (party, line)
                for party, line in zip(self._parties, lines, strict=True)
                if line is not None
            ]
            if heard:
                requests.append(Request(len(heard[0][1]) + 1, lambda heard=heard: _answer(heard)))
        return requests

    def greet(self) -> bytes:
        """What the devices send to a new TCP client."""
        return b"".join(device.greet() for _, device in self._parties)

    @property
    def talking(self) -> bool:
        """True while a device may send without being asked."""
        return any(device.talking for _, device in self._parties)

    def emit(self) -> Outgoing | None:
        """What a device sends now without being asked."""
        for station, device in self._parties:
            if device.talking and (outgoing := _outgoing(station, device.emit())):
                return outgoing
        return None


def _answer(heard: Sequence[tuple[Party, str]]) -> Outgoing | None:
    """Put a line to all that have heard it; the scenario sees to it that one answers."""
    answers = [_outgoing(station, device.ask(line)) for (station, device), line in heard]
    return next(filter(None, answers), None)


def _outgoing(station: Station, reply: Reply | None) -> Outgoing | None:
    if reply is None or not reply.data:
        return None
    place = -1 if reply.checksum is None else reply.checksum
    return Outgoing(station, reply.data, reply.request, reply.values, reply.delay, place)
