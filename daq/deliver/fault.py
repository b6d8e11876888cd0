"""A sink's fault: an event once when it begins and once when it ends."""

import time

from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from daq.deliver.source import EntrySource
from daq.journal import kinds


class Fault:
    """Whether a sink delivers. Said again only when the kind of fault changes.

    ``text`` is why it does not (empty while it does), ``since`` since when (ns since 1970 UTC).
    """

    def __init__(self, source: EntrySource, sink: str) -> None:
        self._source = source
        self._sink = sink
        self._kind: type[SinkUnavailableError] | None = None
        self._since = 0.0
        self.text = ""
        self.since: int | None = None

    def begin(self, error: SinkUnavailableError) -> None:
        """The sink does not deliver, for this reason."""
        self.text = str(error)
        if self._kind is type(error):
            return
        if self._kind is None:
            self._since, self.since = time.monotonic(), time.time_ns()
        self._kind = type(error)
        wrong = isinstance(error, SinkMisconfiguredError)
        self._source.append_event(
            kinds.SINK_LOST.name,
            self._sink,
            f"sink {self._sink} does not deliver: {error}; entries are kept for it",
            severity="error" if wrong else "warning",
            data={"error": str(error)},
        )

    def end(self, waiting: int) -> None:
        """The sink delivers; ``waiting`` entries have gathered. Nothing when it did before."""
        if self._kind is None:
            return
        outage = time.monotonic() - self._since
        self._kind, self.text, self.since = None, "", None
        text = f"delivers again after {outage:.1f} s"
        self._source.append_event(
            kinds.SINK_RESTORED.name,
            self._sink,
            f"sink {self._sink} {text}; {waiting} entries waiting",
            data={"outage_s": round(outage, 3), "waiting": waiting},
        )
