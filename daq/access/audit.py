"""What people did, out of the journal: who, when, why, before and after. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.kinds import BY_PEOPLE


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did, or had done.

    ``time`` is ns since 1970 UTC, ``seq`` the number of the event. ``by`` is who did it as they
    said, or as the page knows them; ``os_user`` the account of this machine that asked for it.
    ``before`` and ``after`` are empty where there is no such thing, as for a note.
    """

    seq: int
    time: int
    kind: str
    subject: str
    by: str
    os_user: str
    why: str
    before: str
    after: str
    text: str


_IMPLIED: Mapping[str, tuple[str, str]] = {
    kinds.INCIDENT_OPENED.name: ("", "open"),
    kinds.INCIDENT_CLOSED.name: ("open", "closed"),
    kinds.QUARANTINE_RELEASED.name: ("in quarantine", "to be delivered again"),
    kinds.QUARANTINE_DROPPED.name: ("in quarantine", "given up"),
    kinds.RUN_STARTED.name: ("", "running"),
    kinds.RUN_PAUSED.name: ("running", "paused"),
    kinds.RUN_RESUMED.name: ("paused", "running"),
    kinds.SIGNED_IN.name: ("", "signed in"),
    kinds.SIGNED_OUT.name: ("signed in", ""),
}
"""Before and after, where the kind alone says it."""

_HASHES: Mapping[str, tuple[str, str]] = {
    kinds.CONFIGURATION_CHANGED.name: ("previous_hash", "config_hash"),
    kinds.CERTIFICATE_IN_FORCE.name: ("previous_hash", "hash"),
    kinds.USERS_IN_FORCE.name: ("previous", "hash"),
}
"""The particulars that say what was and is in force, where that is a whole file."""

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
SHORT = 12
"""Characters of a hash that people compare."""

_AFTER = ("after", "tick", "state", "outcome", "meaning", "text")


def is_deed(event: Event) -> bool:
    """Whether people did this; what the daemon does by itself says nobody."""
    if event.kind not in BY_PEOPLE:
        return False
    return bool(event.data.get("by") or event.data.get("os_user"))


def is_about(event: Event, who: str = "") -> bool:
    """Whether people did this; with ``who`` only what this user or account did, or was done to."""
    if not is_deed(event):
        return False
    return not who or who in (event.data.get("by"), event.data.get("os_user"), event.subject)


def deeds(events: Iterable[Event], who: str = "") -> Iterator[Deed]:
    """What people did among some events; of one user or account alone, when ``who`` is given."""
    return (deed_of(event) for event in events if is_about(event, who))


def deed_of(event: Event) -> Deed:
    """An event as what somebody did."""
    before, after = _before_and_after(event)
    return Deed(
        seq=event.seq,
        time=event.time,
        kind=event.kind,
        subject=event.subject,
        by=_said(event, ("by",)),
        os_user=_said(event, ("os_user",)),
        why=_said(event, ("why", "reason", "conclusion")),
        before=before,
        after=after,
        text=event.text,
    )


def brief(text: str) -> str:
    """Before or after as one line, hashes shortened."""
    return _HASH.sub(lambda found: found[0][:SHORT], " ".join(text.split()))


def _before_and_after(event: Event) -> tuple[str, str]:
    if event.kind in _IMPLIED:
        return _IMPLIED[event.kind]
    if event.kind in _HASHES:
        before, after = _HASHES[event.kind]
        changes = _said(event, ("changes",))
        return _said(event, (before,)), "\n".join(filter(None, (_said(event, (after,)), changes)))
    return _said(event, ("before",)), _said(event, _AFTER)


def _said(event: Event, keys: tuple[str, ...]) -> str:
    return next((str(event.data[key]) for key in keys if event.data.get(key)), "")
