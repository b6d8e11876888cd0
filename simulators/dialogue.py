"""What a text device is to its master: lines in, replies out, some of them unasked."""

from abc import abstractmethod

import msgspec

from simulators.device import Device, Value


class Reply(msgspec.Struct, frozen=True):
    """What a device sends, which channels it tells, and how long it takes before it starts."""

    data: bytes
    request: str
    values: dict[str, Value] = {}
    delay: float = 0.0


class TextDevice(Device):
    """A device that is asked in lines of text."""

    @abstractmethod
    def ask(self, line: str) -> Reply | None:
        """Take a command, without its terminator; None when the device stays silent."""

    def greet(self) -> bytes:
        """What the device sends when somebody connects over the network."""
        return b""

    @property
    def talking(self) -> bool:
        """True while the device may send without being asked: it streams, or answers later."""
        return False

    def emit(self) -> Reply | None:
        """What the device sends now without being asked; None when nothing is due."""
        return None
