"""What sinks have refused, and how far each has got, as the journal has it."""

from collections.abc import Mapping
from itertools import islice

import msgspec

from daq.journal.cursor import Quarantined
from daq.journal.entry import Event
from daq.journal.reader import JournalReader

PAGE = 25
"""Entries shown at a time."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in quarantine: ``kind`` and ``name`` are of an event, or group and instrument.

    ``time`` is of the entry (0 when the journal has it no more), ``refused`` of the refusal; ns.
    """

    seq: int
    refused: int
    reason: str
    time: int = 0
    event: bool = False
    name: str = ""
    kind: str = ""


class Quarantine(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries a sink has refused, oldest number first.

    ``counts`` are of all sinks; ``last`` is the newest number of the journal: what is refused
    later than this is not meant by who says all of it. ``following`` is the number after which
    more come, 0 when none do.
    """

    sink: str
    entries: tuple[Refused, ...]
    counts: Mapping[str, int]
    last: int
    following: int = 0


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal holds: how many entries, from when to when (ns); ``waiting`` by sink."""

    entries: int
    first: int
    last: int
    waiting: Mapping[str, int]


def read_quarantine(reader: JournalReader, sink: str, after: int) -> Quarantine:
    """The entries of a sink beyond a number; of the first sink that has any when it is not named.

    Raises:
        JournalError: the journal cannot be read.
    """
    counts, last = reader.quarantine_counts(), reader.last
    chosen = sink or next(iter(sorted(counts)), "")
    found = list(islice(reader.quarantined(chosen, after + 1), PAGE + 1)) if chosen else []
    shown = found[:PAGE]
    return Quarantine(
        sink=chosen,
        entries=tuple(_refused(reader, item) for item in shown),
        counts=counts,
        last=last,
        following=shown[-1].seq if len(found) > PAGE else 0,
    )


def read_held(reader: JournalReader) -> Held:
    """What there is, and how much of it each sink has not got.

    Raises:
        JournalError: the journal cannot be read.
    """
    there = reader.statistics()
    waiting = {
        sink: cursor.undelivered(there.first_seq, there.last_seq)
        for sink, cursor in reader.cursors().items()
    }
    return Held(
        entries=there.entries, first=there.first_time, last=there.last_time, waiting=waiting
    )


def _refused(reader: JournalReader, item: Quarantined) -> Refused:
    made = Refused(seq=item.seq, refused=item.time, reason=item.reason)
    found = reader.entries(item.seq - 1, 1, item.seq)
    if not found:
        return made  # retention was faster
    (entry,) = found
    if isinstance(entry, Event):
        return msgspec.structs.replace(
            made, time=entry.time, event=True, name=entry.subject, kind=entry.kind
        )
    key = entry.series.key
    return msgspec.structs.replace(made, time=entry.time, name=key.instrument, kind=key.group)
