"""What a destination has to offer. A sink is naive: batching, retry and counting are the pump's."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from daq.journal.entry import Entry


class SinkError(Exception):
    """The root of what a sink raises."""


class SinkUnavailableError(SinkError):
    """The destination cannot be reached, or refuses the connection: try again later."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a batch, by sequence number. What is in neither is delivered for good.

    ``retry`` holds entries the destination may take later, ``refused`` entries it will never
    take, each with its reason.
    """

    retry: frozenset[int] = frozenset()
    refused: Mapping[int, str] = {}


class Sink(Protocol):
    """One destination."""

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        ...

    async def connect(self) -> None:
        """Reach the destination.

        Raises:
            SinkUnavailableError: it cannot be reached now.
        """
        ...

    async def write(self, batch: Sequence[Entry], *, historical: bool) -> Outcome:
        """Hand over entries and wait until the destination has answered for each.

        ``historical`` entries are backlog: they must never replace a newer retained value.

        Raises:
            SinkUnavailableError: the connection is gone; the whole batch counts as undelivered.
        """
        ...

    async def close(self) -> None:
        """Take leave; harmless when not connected."""
        ...
