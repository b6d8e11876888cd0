"""What a sink refuses: into quarantine, and an event when that begins and when it has ended."""

import asyncio
from collections.abc import Mapping

from daq.deliver.source import EntrySource
from daq.journal import kinds

QUIET = 60.0
"""Seconds without a refusal after which an episode of them is over."""


class Refusals:
    """Keeps what one sink refused.

    The events of this class may be refused as well, by a broker that does not allow the topic
    of events. They go to quarantine, but make no episode: it would never end.
    """

    def __init__(self, source: EntrySource, sink: str) -> None:
        self._source = source
        self._sink = sink
        self._clock = asyncio.get_running_loop().time
        self._count = 0
        self._last = 0.0
        self._own: set[int] = set()

    def add(self, refused: Mapping[int, str]) -> None:
        """Put entries into quarantine, each with its reason."""
        self._source.quarantine(self._sink, refused)
        others = [seq for seq in refused if seq not in self._own]
        self._own -= refused.keys()
        if not others:
            return
        if not self._count:
            self._begin(others[0], refused[others[0]])
        self._count += len(others)
        self._last = self._clock()

    def look(self) -> None:
        """End the episode if nothing has been refused for a while."""
        if self._count and self._clock() - self._last >= QUIET:
            count, self._count = self._count, 0
            seq = self._source.append_event(
                kinds.ENTRIES_REFUSED_END.name,
                self._sink,
                f"sink {self._sink} has refused nothing for a while; {count} entries went to "
                "quarantine",
                data={"count": count},
            )
            self._own = {seq}

    def _begin(self, seq: int, reason: str) -> None:
        own = self._source.append_event(
            kinds.ENTRIES_REFUSED.name,
            self._sink,
            f"sink {self._sink} refuses entries, the first is {seq}: {reason}; they are kept in "
            "quarantine (daq quarantine list)",
            severity="warning",
            data={"first": seq, "reason": reason},
        )
        self._own.add(own)
