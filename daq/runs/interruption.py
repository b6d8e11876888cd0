"""When nothing was acquired while a run went on, although it was meant to: out of the journal."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.runs.run import Run

Cause: TypeAlias = Literal["stopped", "cut off", "slept"]
"""The daemon was stopped in order; it or the machine was cut off; the machine slept."""

_NS = 1_000_000_000

LOOKED_BACK = 1000
"""Numbers before a start among which the last entry before it is looked for."""


class Interruption(msgspec.Struct, frozen=True):
    """A time (ns since 1970 UTC) in which nobody read any instrument; ``end`` 0 while it lasts.

    Cut off, it begins with the last entry that had become durable.
    """

    begin: int
    end: int
    cause: Cause


def interruptions_of(reader: JournalReader, run: Run) -> tuple[Interruption, ...]:
    """The interruptions of a run, in their order.

    Raises:
        JournalError: the journal cannot be read.
    """
    events = reader.events_between(run.first - 1, run.last or reader.last)
    return interruptions(events, lambda seq: _before(reader, seq))


def interruptions(
    events: Iterable[Event], last_before: Callable[[int], int]
) -> tuple[Interruption, ...]:
    """The interruptions among the events of a journal, in its order, from the start of a run on.

    ``last_before`` gives the time (ns) of the last entry before a number.
    """
    return tuple(_found(events, last_before))


def _found(events: Iterable[Event], last_before: Callable[[int], int]) -> Iterator[Interruption]:
    stopped = 0
    for event in events:
        if event.kind == kinds.STOP.name:
            stopped = event.time
        elif event.kind == kinds.START.name:
            cause: Cause = "stopped" if stopped else "cut off"
            yield Interruption(stopped or last_before(event.seq), event.time, cause)
            stopped = 0
        elif event.kind == kinds.SUSPENDED.name:
            seconds = float(event.data.get("seconds") or 0.0)
            yield Interruption(event.time - round(seconds * _NS), event.time, "slept")
    if stopped:
        yield Interruption(stopped, 0, "stopped")


def _before(reader: JournalReader, seq: int) -> int:
    """Entries of several instruments stand in the order they came, not in that of their times."""
    found = reader.entries(max(seq - 1 - LOOKED_BACK, 0), LOOKED_BACK, seq - 1)
    return max((entry.time for entry in found), default=0)
