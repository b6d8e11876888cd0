"""A run with what its journal knows beside it."""

import msgspec

from daq.journal.reader import JournalReader
from daq.runs.interruption import Interruption, interruptions_of
from daq.runs.past import find_run
from daq.runs.run import Run, State


class RunDetail(msgspec.Struct, frozen=True):
    """How a run is, everything of it, and when nobody read its instruments."""

    state: State
    run: Run
    interruptions: tuple[Interruption, ...] = ()


def read_detail(reader: JournalReader, name: str) -> RunDetail:
    """A run by its number.

    Raises:
        NoSuchRunError: the journal has none of this number.
        JournalError: it cannot be read.
    """
    one = find_run(reader, name)
    return RunDetail(one.state, one, interruptions_of(reader, one))
