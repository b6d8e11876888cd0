"""Entries leave the quarantine of a sink: delivered once more, or given up."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from daq.control.quarantine import Released
from daq.deliver.progress import Progress
from daq.journal import kinds
from daq.journal.journal import Journal
from daq.journal.kinds import Kind

AT_ONCE = 1000
"""Entries one request may release: it is answered within milliseconds."""

Ranges: TypeAlias = Sequence[tuple[int, int]]
"""First and last number of each."""

Requeue: TypeAlias = Callable[[Iterable[int]], list[int]]
"""Puts entries back into a backlog; returns those there is room for."""


async def retry(journal: Journal, sink: str, ranges: Ranges, by: str, requeue: Requeue) -> Released:
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
        by,
    )


async def drop(journal: Journal, sink: str, ranges: Ranges, by: str) -> Released:
    """Give up delivering entries to the sink; they stay in the journal.

    Raises:
        JournalError: the journal cannot be read.
    """
    wanted = await _wanted(journal, sink, ranges)
    words = f"are given up for {sink}"
    return _release(journal, sink, wanted, wanted, kinds.QUARANTINE_DROPPED, words, by)


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
    by: str,
) -> Released:
    more = len(wanted) >= AT_ONCE or len(seqs) < len(wanted)
    if not seqs:
        return Released(count=0, more=more)
    journal.release(sink, seqs)
    first, last = seqs[0], seqs[-1]
    journal.append_event(
        kind.name,
        sink,
        f"{len(seqs)} entries in quarantine, {first} to {last}, {words} ({by})",
        data={"count": len(seqs), "first": first, "last": last, "by": by},
    )
    return Released(count=len(seqs), upto=last, more=more)
