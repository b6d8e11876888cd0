"""What a front end makes of the bytes on a wire: requests, and what is sent in answer."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import msgspec

from simulators.device import Device, Value
from simulators.faults import Framing


class Station(msgspec.Struct, frozen=True):
    """A device on a wire: its name in the lab, and the unit it answers to.

    ``turnaround`` in s replaces the wire's and the device's own.
    """

    name: str
    unit: int
    device: Device
    turnaround: float | None = None


class Outgoing(msgspec.Struct, frozen=True):
    """Bytes a device sends, which channels they tell, and how long it takes to start.

    ``checksum`` is the place of a checksum byte, where it is not the last.
    """

    station: Station
    data: bytes
    request: str
    values: dict[str, Value]
    delay: float = 0.0
    checksum: int = -1


class Request(msgspec.Struct, frozen=True):
    """A request as it arrived: its length, and what the devices say to it (None: nothing)."""

    size: int
    answer: Callable[[], Outgoing | None]


class HangUpError(Exception):
    """What came breaks the protocol so that a real device closes the connection."""


class FrontEnd(ABC):
    """Recognises requests in one client's bytes and puts them to the devices of the wire."""

    framing: Framing
    spontaneous: ClassVar[bool] = False
    """Whether a device may ever send without being asked."""

    @abstractmethod
    def feed(self, data: bytes) -> list[Request]:
        """Take what has arrived; return the requests that are complete with it.

        Raises:
            HangUpError: the client has to be disconnected.
        """

    @property
    def pending(self) -> bool:
        """True when bytes wait for silence to end them (RTU)."""
        return False

    def silence(self) -> list[Request]:
        """Nothing came for a while: return the requests that are complete by this."""
        return []

    def greet(self) -> bytes:
        """What a client is sent when it connects over TCP."""
        return b""

    @property
    def talking(self) -> bool:
        """True while a device may send without being asked."""
        return False

    def emit(self) -> Outgoing | None:
        """What a device sends now without being asked."""
        return None
