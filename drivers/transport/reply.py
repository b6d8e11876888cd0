"""What a link is told about a transaction and what it gives back. Plain data and a protocol."""

from typing import Protocol

import msgspec

from drivers.errors import DriverError


class Expected(Protocol):
    """Recognises the one reply that answers a request in what has arrived so far."""

    @property
    def length(self) -> int:
        """Characters the reply has, or the most it may have: for the deadline on slow lines."""
        ...

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """Start and end of the reply in the buffer; None while more is needed.

        Raises:
            DriverError: what came can never become an answer.
        """
        ...

    def explain(self, buffer: bytes) -> DriverError:
        """The error for a deadline reached with this in the buffer."""
        ...


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """When bytes arrived that nobody asked for.

    ``time`` in ns since 1970 UTC; ``doubt`` the seconds by which that may be wrong either way, 0
    where they do not count; ``pause`` the seconds the line is known to have been silent before.
    """

    time: int
    pause: float = 0.0
    doubt: float = 0.0


class Listener(Protocol):
    """Hears what arrives while nothing is asked."""

    def hear(self, data: bytes, arrival: "Arrival") -> bool:
        """Take what has arrived; True when it completes something worth waking up for.

        Must not raise.
        """
        ...


class Timer(Protocol):
    """Waits more exactly than the event loop does."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def close(self) -> None:
        """Wake whoever waits, and free what is held."""
        ...


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A reply and when it was measured: ns since 1970 UTC, mid-transaction."""

    data: bytes
    time: int


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is used; times in seconds.

    ``timeout`` is the wait for a reply beyond its transmission time; ``character`` the time of
    one character on the line (0 on TCP; ``open_serial`` fills it in); ``silence`` the rest
    before every request; ``quiet`` how long a line must be silent after a failed transaction
    before it is used again; ``drain_limit`` how long to wait for that.
    """

    timeout: float = 1.0
    character: float = 0.0
    silence: float = 0.0
    quiet: float = 0.2
    drain_limit: float = 5.0
