"""What a destination has to offer. A sink is naive: batching, retry and counting are the pump's."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from daq.deliver.newest import Topic
from daq.deliver.present import Present
from daq.errors import DaqError
from daq.journal.entry import Entry


class SinkError(DaqError):
    """The root of what a sink raises."""


class SinkUnavailableError(SinkError):
    """The destination cannot be reached, or refuses the connection: try again later.

    ``retry_after`` is the wait in seconds the destination asked for, None if it did not.
    """

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class SinkMisconfiguredError(SinkUnavailableError):
    """The destination answers, but will not have us until somebody changes something.

    A wrong password, a database that does not exist, no right to write: asking often does not
    help, so the pump asks seldom. Nothing is lost meanwhile.
    """


class SinkSwitchError(SinkError):
    """Nothing is wrong, but there is a better connection to be had: connect again, at once."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a batch, by sequence number. What is in neither is delivered for good.

    ``retry`` holds entries the destination may take later, ``refused`` entries it will never
    take, each with its reason.
    """

    retry: Mapping[int, str] = {}
    refused: Mapping[int, str] = {}


class Beat(msgspec.Struct, frozen=True):
    """A sign of life: how the daemon did at ``time``, ns since 1970 UTC. No entry: never kept.

    ``absent`` are the topics (site, instrument, group) the journal knows and nothing is read for
    any more.
    """

    time: int
    state: Mapping[str, str | int | float | list[str]]
    absent: frozenset[Topic] = frozenset()


class Sink(Protocol):
    """One destination."""

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        ...

    @property
    def address(self) -> str:
        """Where it delivers to."""
        ...

    @property
    def retains(self) -> bool:
        """Whether it shows the newest scan of each topic for itself.

        Then these are written again after each connect, for it may have forgotten them.
        """
        ...

    async def connect(self) -> None:
        """Reach the destination.

        Raises:
            SinkUnavailableError: it cannot be reached now.
        """
        ...

    def check(self) -> None:
        """See whether the connection still stands, as far as is known without asking.

        Raises:
            SinkUnavailableError: it is known to be gone.
            SinkSwitchError: it stands, but there is a better one.
        """
        ...

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        """Hand over entries and wait until the destination has answered for each.

        Entries come in ascending order. ``historical`` entries are backlog. ``newest`` names
        those scans of the batch that are the newest of their topic (site, instrument, group),
        also when they were left to the backlog: the present value, which a destination that
        retains values has to show. No other scan may replace a retained value.

        Raises:
            SinkUnavailableError: the connection is gone; the whole batch counts as undelivered.
        """
        ...

    async def beat(self, beat: Beat) -> None:
        """Pass a sign of life on; nothing where the destination has no place for it.

        Raises:
            SinkUnavailableError: the connection is gone.
        """
        ...

    async def show(self, present: Present) -> bool:
        """Bring up to date what the destination shows of this moment; nothing without a place.

        False when it did not take all of it: show it again.

        Raises:
            SinkUnavailableError: the connection is gone.
        """
        ...

    async def close(self) -> None:
        """Take leave; harmless when not connected."""
        ...
