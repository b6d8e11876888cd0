"""What the daemon journalled of the programme of a run: what there is to show at once. Pure."""

from collections.abc import Sequence

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.programme.record import results_of
from daq.programme.result import Interruption, Result


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A programme as far as events tell of it.

    ``segments`` is how many ramps and dwells there are, ``now`` the latest event of a step as
    long as the programme goes on, ``ended`` the event of its end.
    """

    programme: str
    segments: int
    results: tuple[Result, ...]
    interruptions: tuple[Interruption, ...]
    now: Event | None
    ended: Event | None


def told(events: Sequence[Event]) -> Told | None:
    """What these events of a run tell; None when it was never compared with a programme."""
    begun = next((event for event in events if event.kind == kinds.PROGRAMME_BEGUN.name), None)
    if begun is None:
        return None
    ended = next((event for event in events if event.kind == kinds.PROGRAMME_ENDED.name), None)
    steps = [event for event in events if event.kind == kinds.PROGRAMME_STEP.name]
    results, interruptions = results_of(steps)
    return Told(
        programme=str(begun.data.get("programme") or ""),
        segments=int(begun.data.get("segments") or 0),
        results=tuple(results),
        interruptions=tuple(interruptions),
        now=steps[-1] if steps and ended is None else None,
        ended=ended,
    )
