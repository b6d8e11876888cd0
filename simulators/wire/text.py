"""The text front end: commands in lines, ended by CR, LF or both."""

from simulators.dialogue import Reply, TextDevice
from simulators.faults import Framing
from simulators.wire.message import FrontEnd, Outgoing, Request, Station

LONGEST_LINE = 256
"""Characters a device's input buffer holds; a longer line is lost."""
CR, LF = 0x0D, 0x0A


class TextFrontEnd(FrontEnd):
    """One client's lines to the one device of the wire."""

    framing: Framing = "text"

    def __init__(self, station: Station, device: TextDevice) -> None:
        self._station = station
        self._device = device
        self._line = bytearray()
        self._lost = False
        self._after_cr = False

    def feed(self, data: bytes) -> list[Request]:
        """Split into lines; LF right after CR belongs to the same end of line."""
        requests: list[Request] = []
        for byte in data:
            pair = byte == LF and self._after_cr
            self._after_cr = byte == CR
            if byte not in (CR, LF):
                self._append(byte)
            elif not pair:
                requests += self._end_line()
        return requests

    def greet(self) -> bytes:
        """What the device sends to a new TCP client."""
        return self._device.greet()

    @property
    def talking(self) -> bool:
        """True while the device may send without being asked."""
        return self._device.talking

    def emit(self) -> Outgoing | None:
        """What the device sends now without being asked."""
        return self._outgoing(self._device.emit())

    def _append(self, byte: int) -> None:
        if len(self._line) < LONGEST_LINE:
            self._line.append(byte)
        else:
            self._lost = True

    def _end_line(self) -> list[Request]:
        line, lost = self._line.decode("latin-1"), self._lost
        self._line.clear()
        self._lost = False
        if lost:
            return []
        return [Request(len(line) + 1, lambda: self._outgoing(self._device.ask(line)))]

    def _outgoing(self, reply: Reply | None) -> Outgoing | None:
        if reply is None or not reply.data:
            return None
        return Outgoing(self._station, reply.data, reply.request, reply.values, reply.delay)
