"""One address of a destination that has several: when it may be tried again. Pure."""

from daq.backoff import Backoff
from daq.deliver.settings import FailoverSettings
from daq.deliver.sink import Sink, SinkUnavailableError


class Place:
    """A sink at one address, and how it did. Times are those of the event loop.

    ``rank`` is its place in the order of preference, 0 the first; ``trouble`` what went wrong
    last.
    """

    def __init__(self, rank: int, sink: Sink, settings: FailoverSettings) -> None:
        self.rank = rank
        self.sink = sink
        self.trouble = ""
        self.avoided_until = 0.0
        self._proven = settings.avoid_longest
        self._backoff = Backoff(settings.avoid_first, settings.avoid_longest)
        self._since: float | None = None

    def avoided(self, now: float) -> bool:
        """Whether others are preferred for the time being."""
        return now < self.avoided_until

    def standing(self, now: float) -> tuple[bool, int]:
        """What to sort by: the best first."""
        return self.avoided(now), self.rank

    def connected(self, now: float) -> None:
        """It is in use from now on."""
        self._since = now

    def failed(self, now: float, error: SinkUnavailableError) -> None:
        """It cannot be connected to, or took nothing any more.

        The waits begin anew only if it had been in use for as long as the longest of them.
        """
        if self._since is not None and now - self._since >= self._proven:
            self._backoff.reset()
        self._since = None
        self.trouble = str(error)
        self.avoided_until = now + self._backoff.next(error.retry_after)
