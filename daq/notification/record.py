"""What is journalled of notifications, and how it is read again. Pure; docs/reference/events.md."""

from collections.abc import Iterator, Mapping
from typing import cast, get_args

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.notification.matter import COUNTED, Heard, Stage
from daq.notification.message import Message

STAGES: frozenset[str] = frozenset(get_args(Stage)) | {COUNTED}

NAMED = 5
"""Matters that the text of an event names; all are in its data."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be; the arguments of ``append_event``."""

    kind: str
    subject: str
    text: str
    severity: Severity = "info"
    data: Data


class Sent(msgspec.Struct, frozen=True):
    """What an event says was sent: the stage of each matter, and the streak it belongs to."""

    matters: Mapping[int, Heard]
    streak: int
    digest: bool


def sent(recipient: str, message: Message, *, streak: int) -> Record:
    """Somebody has been told; ``streak`` counts the messages that came without a rest."""
    told = " ".join(f"{seq}:{stage}" for seq, stage in message.matters.items())
    data: Data = {"matters": told, "count": len(message.matters), "streak": streak}
    data |= {"digest": True} if message.digest else {}
    names = message.names
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    text = f"{recipient} was told of {', '.join(names[:NAMED])}{more}"
    return Record(kind=kinds.NOTIFICATION_SENT.name, subject=recipient, text=text, data=data)


def tested(recipient: str, by: str) -> Record:
    """Somebody has been sent a message that tells of nothing, to try the way."""
    data: Data = {"matters": "", "count": 0, "by": by}
    text = f"{recipient} was sent a test message" + (f" by {by}" if by else "")
    return Record(kind=kinds.NOTIFICATION_SENT.name, subject=recipient, text=text, data=data)


def failed(recipient: str, error: str, waiting: int, priority: str) -> Record:
    """Somebody cannot be told of so many things; ``priority`` is that of the most urgent."""
    return Record(
        kind=kinds.NOTIFICATION_FAILED.name,
        subject=recipient,
        text=f"{recipient} cannot be told: {error}; tried again until it succeeds",
        severity="error",
        data={"error": error, "waiting": waiting, "priority": priority},
    )


def restored(recipient: str, seconds: float) -> Record:
    """Somebody can be told again."""
    return Record(
        kind=kinds.NOTIFICATION_RESTORED.name,
        subject=recipient,
        text=f"{recipient} can be told again",
        data={"seconds": round(seconds, 1)},
    )


def sent_of(event: Event) -> Sent | None:
    """What an event says was sent; None for a test, or what is not understood."""
    matters = dict(_pairs(str(event.data.get("matters", ""))))
    streak = event.data.get("streak")
    if not matters:
        return None
    return Sent(matters, streak if isinstance(streak, int) else 0, bool(event.data.get("digest")))


def _pairs(text: str) -> Iterator[tuple[int, Heard]]:
    for pair in text.split():
        seq, _, stage = pair.partition(":")
        if seq.isdecimal() and stage in STAGES:
            yield int(seq), cast("Heard", stage)
