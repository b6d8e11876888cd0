"""What rules would have said of what is in a journal."""

import heapq
from collections.abc import Iterator

from daq.alarms.desk import Desk
from daq.alarms.record import Told
from daq.journal.query import Query
from daq.journal.reader import JournalReader


def replay(reader: JournalReader, desk: Desk, query: Query) -> Iterator[Told]:
    """The changes of alarms in a period, as if nobody had done anything about them.

    Windows and charts are empty at its beginning. Events of alarms in the journal count for
    nothing.

    Raises:
        JournalError: the journal cannot be read.
    """
    entries = heapq.merge(reader.scans(query), reader.events(query), key=lambda entry: entry.seq)
    for entry in entries:
        yield from desk.take(entry)
