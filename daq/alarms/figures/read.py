"""The figures of a period, out of a journal."""

from daq.alarms.figures.figures import Figures, figures
from daq.journal.query import Query
from daq.journal.reader import JournalReader

MONTH = 31 * 86_400_000_000_000
"""How long before the period, in ns, an alarm may have been raised that stands in it."""


def read_figures(reader: JournalReader, start: int | None, end: int) -> Figures:
    """The figures of what the journal has of a period, which begins no sooner than it does.

    Raises:
        JournalError: the journal cannot be read.
        ValueError: nothing of the period is in the journal.
    """
    there = reader.statistics()
    begin = there.first_time if start is None else max(start, there.first_time)
    if not there.entries or begin >= end:
        raise ValueError("the journal has nothing of this period")
    return figures(reader.events(Query(start=begin - MONTH)), begin, end)
