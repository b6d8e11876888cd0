"""The runs a period may have to do with, out of a journal."""

from daq.journal.reader import JournalReader
from daq.runs.past import runs_since
from daq.runs.run import Run

LONGEST = 400 * 86_400 * 1_000_000_000
"""How long, in ns, before a period a run is looked for that may still go on in it."""


def runs_near(reader: JournalReader, start: int) -> tuple[Run, ...]:
    """The runs that began after ``start`` (ns) or at most ``LONGEST`` before.

    Raises:
        JournalError: the journal cannot be read.
    """
    return tuple(runs_since(reader, max(start - LONGEST, 0)))
