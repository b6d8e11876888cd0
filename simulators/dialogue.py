"""What a text device is to its master: lines in, replies out, some of them unasked."""

from abc import abstractmethod
from typing import ClassVar

import msgspec

from simulators.device import Device, Value


class Reply(msgspec.Struct, frozen=True):
    """What a device sends, which channels it tells, and how long it takes before it starts.

    ``checksum`` is the place of its checksum's last digit, where it has one.
    """

    data: bytes
    request: str
    values: dict[str, Value] = {}
    delay: float = 0.0
    checksum: int | None = None


class TextDevice(Device):
    """A device that is asked in lines of text.

    Several that have an ``address`` can share a wire: each hears every line and answers what
    is for it.
    """

    longest_line: ClassVar[int] = 256
    """Characters the input buffer holds; a longer line is lost."""
    checksummed: bool = False
    """Whether replies carry a checksum; then each says where."""

    @abstractmethod
    def ask(self, line: str) -> Reply | None:
        """Take a command, without its terminator; None when the device stays silent."""

    @property
    def address(self) -> str:
        """What the device is called on a shared wire; empty when it must be alone on it."""
        return ""

    def ends(self, pending: str) -> bool:
        """Whether these characters are a whole command without an end of line (ESC P, ENQ)."""
        del pending
        return False

    def hears(self, line: str) -> bool:
        """Whether a command that has just arrived is taken; a device not ready misses it.

        ``elapsed`` is the time of arrival here, while in ``ask`` it is that of the answer.
        """
        del line
        return True

    def greet(self) -> bytes:
        """What the device sends when somebody connects over the network."""
        return b""

    @property
    def talking(self) -> bool:
        """True while the device may send without being asked: it streams, or answers later.

        This may become true by itself (a key is pressed) or by a command.
        """
        return False

    def emit(self) -> Reply | None:
        """What the device sends now without being asked; None when nothing is due.

        It is called again until nothing is due. What comes while nobody is connected is lost.
        """
        return None
