"""Alarms of a period: each from when it was raised to when it returned, and who took charge."""

from collections.abc import Iterable

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One time an alarm held. Times are ns since 1970 UTC, 0 while that has not happened.

    ``seq`` is the number of the event that raised it.
    """

    seq: int
    alarm: str
    priority: str
    saw: str
    raised: int
    returned: int = 0
    acknowledged: int = 0
    by: str = ""
    why: str = ""


def episodes(events: Iterable[Event]) -> tuple[Episode, ...]:
    """The episodes that events, in the order of the journal, tell of; by their begin."""
    found: list[Episode] = []
    newest: dict[str, int] = {}
    for event in events:
        if event.kind == kinds.ALARM_RAISED.name:
            newest[event.subject] = len(found)
            found.append(_raised(event))
        elif (place := newest.get(event.subject)) is None:
            continue
        elif event.kind == kinds.ALARM_RETURNED.name:
            found[place] = msgspec.structs.replace(found[place], returned=event.time)
        elif event.kind == kinds.ALARM_ACKNOWLEDGED.name:
            found[place] = msgspec.structs.replace(
                found[place],
                acknowledged=event.time,
                by=str(event.data.get("by") or ""),
                why=str(event.data.get("why") or ""),
            )
    return tuple(found)


def _raised(event: Event) -> Episode:
    return Episode(
        seq=event.seq,
        alarm=event.subject,
        priority=str(event.data.get("priority") or ""),
        saw=str(event.data.get("saw") or event.text),
        raised=event.time,
    )
