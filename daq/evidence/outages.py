"""Why there may be no readings for a while: what the events of a journal tell. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.runs.interruption import Cause, Interruption

Reason: TypeAlias = Literal[
    "daemon-stopped",
    "daemon-cut-off",
    "suspended",
    "bus-lost",
    "instrument-fault",
    "journal-trouble",
    "journal-damaged",
    "before-the-journal",
    "unexplained",
]
"""``daemon-cut-off``: it ended without saying so, by a power loss or SIGKILL."""

EVER = 2**63 - 1


class Outage(msgspec.Struct, frozen=True):
    """A time (ns) for which something is known to have been away; no subject: everything."""

    start: int
    end: int
    reason: Reason
    subject: str = ""

    def overlap(self, start: int, end: int) -> int:
        """For how long it was within a time."""
        return min(self.end, end) - max(self.start, start)


_SPANS: Mapping[str, tuple[str, Reason]] = {
    kinds.INSTRUMENT_FAULT.name: (kinds.INSTRUMENT_RESTORED.name, "instrument-fault"),
    kinds.BUS_LOST.name: (kinds.BUS_RESTORED.name, "bus-lost"),
    kinds.JOURNAL_TROUBLE.name: (kinds.JOURNAL_TROUBLE_END.name, "journal-trouble"),
}


_CAUSES: Mapping[Cause, Reason] = {
    "stopped": "daemon-stopped",
    "cut off": "daemon-cut-off",
    "slept": "suspended",
}


def outages(events: Iterable[Event], interrupted: Iterable[Interruption]) -> tuple[Outage, ...]:
    """What events in the order of the journal tell; what does not end lasts for ever."""
    found = [
        Outage(one.begin, one.end or EVER, _CAUSES[one.cause])
        for one in interrupted
        if one.begin  # not the first start of all
    ]
    ends = {end: begin for begin, (end, _) in _SPANS.items()}
    begun: dict[tuple[str, str], int] = {}
    for event in events:
        if event.kind in _SPANS:
            begun.setdefault((event.kind, event.subject), event.time)
        elif event.kind in ends:
            start = begun.pop((ends[event.kind], event.subject), None)
            if start is not None:
                found.append(_span(ends[event.kind], event.subject, start, event.time))
        elif event.kind == kinds.JOURNAL_DAMAGED.name:
            found.append(Outage(event.time, event.time, "journal-damaged"))
        elif event.kind == kinds.START.name:
            # A new daemon tells of what is away anew.
            begun, old = {}, begun
            found += [_span(*key, start, event.time) for key, start in old.items()]
    return (*found, *(_span(*key, start, EVER) for key, start in begun.items()))


def _span(kind: str, subject: str, start: int, end: int) -> Outage:
    reason = _SPANS[kind][1]
    everything = reason == "journal-trouble"
    return Outage(start, end, reason, "" if everything else subject)


def reason_of(start: int, end: int, known: Iterable[Outage], about: frozenset[str]) -> Reason:
    """The outage that covers most of a gap, of those of everything or ``about`` these names."""
    found: Reason = "unexplained"
    most = -1
    for one in known:
        if one.subject and one.subject not in about:
            continue
        if (overlap := one.overlap(start, end)) > most:
            found, most = one.reason, overlap
    return found
