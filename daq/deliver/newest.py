"""The newest scan of each topic: what a destination that retains values has to show. Pure."""

from collections.abc import Iterable
from typing import TypeAlias

from daq.journal.entry import Entry, Scan

Topic: TypeAlias = tuple[str, str, str]
"""Site, instrument and group: series that differ in meaning only follow one another on it."""


class Newest:
    """Knows every entry it was told of, and of each topic the one with the highest number."""

    def __init__(self) -> None:
        self._scans: dict[Topic, Scan] = {}

    def note(self, entries: Iterable[Entry]) -> None:
        """Take note of entries, in any order."""
        scans = self._scans
        for entry in entries:
            if isinstance(entry, Scan):
                topic = _topic(entry)
                known = scans.get(topic)
                if known is None or known.seq < entry.seq:
                    scans[topic] = entry

    def among(self, entries: Iterable[Entry]) -> frozenset[int]:
        """The numbers of those entries of which no newer one of the same topic is known."""
        scans = [entry for entry in entries if isinstance(entry, Scan)]
        known = self._scans
        return frozenset(
            scan.seq for scan in scans if (n := known.get(_topic(scan))) and n.seq == scan.seq
        )

    def scans(self) -> list[Scan]:
        """The newest of each topic, in the order of the journal."""
        return sorted(self._scans.values(), key=lambda scan: scan.seq)


def _topic(scan: Scan) -> Topic:
    key = scan.series.key
    return key.site, key.instrument, key.group
