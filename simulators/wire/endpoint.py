"""Where a wire leaves the simulated lab: what a pty and a TCP port have in common."""

from abc import ABC, abstractmethod
from typing import Protocol


class Session(ABC):
    """One client's connection."""

    @abstractmethod
    def write(self, data: bytes) -> bool:
        """Send; False when nobody is there or nobody reads, and the data is lost."""

    @abstractmethod
    def drop(self) -> None:
        """Break the connection as a fault of the line would."""


class Nobody(Session):
    """Where goes what is sent while no client is there."""

    def write(self, data: bytes) -> bool:
        """Lose it."""
        del data
        return False

    def drop(self) -> None:
        """Nothing is connected."""


class Listener(Protocol):
    """Whoever wants to know about clients and what they send."""

    def connected(self, session: Session) -> None:
        """A client is there."""
        ...

    def received(self, session: Session, data: bytes) -> None:
        """A client has sent something."""
        ...

    def left(self, session: Session) -> None:
        """A client has gone."""
        ...


class Endpoint(ABC):
    """A way into the lab from outside."""

    @property
    @abstractmethod
    def address(self) -> str:
        """What a client opens: the path of the pty, or host:port."""

    @abstractmethod
    async def plug(self) -> None:
        """Make the endpoint reachable.

        Raises:
            WireError: the path or port is not to be had.
        """

    @abstractmethod
    async def unplug(self) -> None:
        """Make it unreachable and break what is connected; harmless when it is already."""

    @abstractmethod
    async def close(self) -> None:
        """Unplug for good and leave nothing behind."""
