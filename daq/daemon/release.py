"""Entries leave the quarantine of a sink: delivered once more, or given up."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from daq.control.quarantine import Ranges, Released
from daq.deliver.progress import Progress
from daq.journal import kinds
from daq.journal.journal import Journal
from daq.journal.kinds import Kind

AT_ONCE = 1000
"""Entries one request may release: it is answered within milliseconds."""

Requeue: TypeAlias = Callable[[Iterable[int]], list[int]]
"""Puts entries back into a backlog; returns those there is room for."""


class Release(msgspec.Struct, frozen=True):
    """Who has entries released, and why: both go into the event that tells of it."""

    by: str
    reason: str = ""

    def data(self) -> dict[str, str]:
        """Both, for the event's data."""
        return {"by": self.by} | ({"reason": self.reason} if self.reason else {})

    def words(self) -> str:
        """Both, as the event says them."""
        return f"({self.by}: {self.reason})" if self.reason else f"({self.by})"


async def retry(
    journal: Journal, sink: str, ranges: Ranges, why: Release, requeue: Requeue
) -> Released:
    """Hand entries back to the sink's backlog. What is refused again is in quarantine again.

    Raises:
        JournalError: the journal cannot be read.
    """
    wanted = await _wanted(journal, sink, ranges)
    again = requeue(wanted)
    return _release(
        journal,
        sink,
        wanted,
        again,
        kinds.QUARANTINE_RELEASED,
        f"are delivered to {sink} again",
        why,
    )


async def drop(journal: Journal, sink: str, ranges: Ranges, why: Release) -> Released:
    """Give up delivering entries to the sink; they stay in the journal.

    Raises:
        JournalError: the journal cannot be read.
    """
    wanted = await _wanted(journal, sink, ranges)
    words = f"are given up for {sink}"
    return _release(journal, sink, wanted, wanted, kinds.QUARANTINE_DROPPED, words, why)


def requeued_in(journal: Journal, sink: str) -> Requeue:
    """Puts entries back where no pump runs: into the saved cursor."""

    def requeue(seqs: Iterable[int]) -> list[int]:
        cursor = journal.cursor(sink)
        if cursor is None:
            return []
        progress = Progress(cursor)
        again = progress.requeue(seqs)
        journal.save_cursor(sink, progress.cursor)
        return again

    return requeue


async def _wanted(journal: Journal, sink: str, ranges: Ranges) -> list[int]:
    found: list[int] = []
    for first, last in sorted(ranges):
        entries = await journal.quarantined(sink, first, last, AT_ONCE - len(found))
        found += [entry.seq for entry in entries]
        if len(found) >= AT_ONCE:
            break
    return sorted(set(found))


def _release(
    journal: Journal,
    sink: str,
    wanted: Sequence[int],
    seqs: Sequence[int],
    kind: Kind,
    words: str,
    why: Release,
) -> Released:
    more = len(wanted) >= AT_ONCE or len(seqs) < len(wanted)
    if not seqs:
        return Released(count=0, more=more)
    journal.release(sink, seqs)
    first, last = seqs[0], seqs[-1]
    journal.append_event(
        kind.name,
        sink,
        f"{len(seqs)} entries in quarantine, {first} to {last}, {words} {why.words()}",
        data={"count": len(seqs), "first": first, "last": last, **why.data()},
    )
    return Released(count=len(seqs), upto=last, more=more)
