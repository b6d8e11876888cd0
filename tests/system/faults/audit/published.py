"""What a subscriber saw against what the journal holds, message by message."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from daq.journal.entry import Entry, Event, Scan
from tests.system.faults.audit.delivered import differs_from_message, topic_of
from tests.system.faults.audit.journalled import Journalled
from tests.system.faults.audit.problems import Problems
from tests.system.faults.witness import Seen


class PublishedCount(msgspec.Struct):
    """How the entries fared at one broker; ``duplicates`` are repetitions, all of them alike,
    ``outlived`` are delivered entries that a damaged journal has lost."""

    messages: int = 0
    entries: int = 0
    duplicates: int = 0
    historical: int = 0
    missing: int = 0
    differing: int = 0
    uncommitted: int = 0
    outlived: int = 0
    refused: int = 0
    retained_back: int = 0
    retained_topics: int = 0
    retained_wrong: int = 0


class PublishedAudit:
    """One sink, which may have several brokers: each entry must have come to one of them."""

    def __init__(self, sink: str, journal: Journalled, problems: Problems) -> None:
        self.count = PublishedCount()
        self._sink, self._problems = sink, problems
        self._journal = journal
        self._refused = journal.quarantined.get(sink, {})
        self._entries: dict[int, Entry] = {entry.seq: entry for entry in journal.entries}
        self._times: Counter[int] = Counter()
        self._retained: dict[str, int] = {}

    def topics(self) -> int:
        """How many topics of scans there are."""
        return len({topic_of(scan) for scan in self._scans()})

    def look(self, seen: Iterable[Seen]) -> None:
        """Look at every message of one broker, in order of arrival."""
        self._retained.clear()
        for message in seen:
            if "seq" in message.payload:
                self._look(message)

    def finish(self, retained: Sequence[Mapping[str, int]]) -> PublishedCount:
        """Look for what has come to no broker, and at what each retains in the end."""
        count = self.count
        count.entries = len(self._times)
        count.duplicates = sum(self._times.values()) - count.entries
        count.refused = len(self._refused)
        for seq in self._entries.keys() - self._times.keys() - self._refused.keys():
            count.missing += 1
            self._problems.add(f"{self._sink}: entry {seq} never came: {self._entries[seq]!r}")
        self._check_retained(retained)
        return count

    def _look(self, message: Seen) -> None:
        self.count.messages += 1
        seq = message.payload["seq"]
        self._times[seq] += 1
        self.count.historical += bool(message.payload.get("historical"))
        self._look_at_retained(message, seq)
        entry = self._entries.get(seq)
        if entry is None and self._journal.had(seq):
            self.count.outlived += 1
        elif entry is None:
            self.count.uncommitted += 1
            self._problems.add(f"{self._sink}: published and not in the journal: {message!r}")
        elif difference := differs_from_message(entry, message.topic, message.payload):
            self.count.differing += 1
            self._problems.add(f"{self._sink}: entry {seq} differs: {difference}")

    def _look_at_retained(self, message: Seen, seq: int) -> None:
        if not message.retain or message.again:
            return
        if message.payload.get("historical"):
            self.count.retained_back += 1
            self._problems.add(f"{self._sink}: a historical value is retained: {message!r}")
        if seq < self._retained.get(message.topic, 0):
            self.count.retained_back += 1
            newer = self._retained[message.topic]
            self._problems.add(f"{self._sink}: {message.topic}: {seq} retained after {newer}")
        self._retained[message.topic] = seq

    def _check_retained(self, brokers: Sequence[Mapping[str, int]]) -> None:
        newest = {topic_of(entry): entry.seq for entry in self._scans()}
        self.count.retained_topics = len(newest)
        for topic, seq in newest.items():
            found = max(retained.get(topic, 0) for retained in brokers)
            if found != seq:
                self.count.retained_wrong += 1
                self._problems.add(
                    f"{self._sink}: {topic}: {found} is retained, {seq} is the newest"
                )

    def _scans(self) -> Iterable[Scan]:
        return (entry for entry in self._entries.values() if not isinstance(entry, Event))
