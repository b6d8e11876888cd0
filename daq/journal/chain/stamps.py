"""Checks the time stamps of checkpoints."""

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING

from daq.journal import kinds
from daq.journal.block import Stored
from daq.journal.chain.checkpoint import CheckpointError, parse
from daq.journal.chain.kept import Kept
from daq.journal.chain.verdict import Fault, Verdict
from daq.journal.codec import CodecError
from daq.journal.entry import Event
from daq.journal.eventcodec import decode_event
from daq.timefmt import rfc3339

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

STAMP_MARK = b'"' + kinds.CHECKPOINT_STAMPED.name.encode() + b'"'
"""In the body of every event that tells of a time stamp."""


class Stamps:
    """The time stamps of a journal, looked at in their order.

    Without ``authorities`` they are counted, and not looked into.
    """

    def __init__(
        self, kept: Sequence[Kept], authorities: "Sequence[Certificate]", verdict: Verdict
    ) -> None:
        self._texts = {each.seq: each.text for each in kept}
        self._authorities, self._verdict = authorities, verdict
        verdict.stamps_checked = bool(authorities)

    def event(self, row: Stored) -> Fault | None:
        """Look at an event that may tell of a time stamp."""
        if STAMP_MARK not in row[3]:
            return None
        try:
            event = decode_event(row[0], row[1], row[3])
        except CodecError:
            return None
        return self._stamp(event) if event.kind == kinds.CHECKPOINT_STAMPED.name else None

    def _stamp(self, event: Event) -> Fault | None:
        text, token = self._texts.get(_number(event)), str(event.data.get("token", ""))
        if text is None:
            return _fault(event, "it is of a checkpoint that is not there")
        self._verdict.stamped += 1
        if self._authorities:
            return self._checked(event, text, token)
        return None

    def _checked(self, event: Event, text: str, token: str) -> Fault | None:
        from daq.journal.chain.stamp import StampError, stamped  # noqa: PLC0415 - 10 MB

        try:
            answer = base64.b64decode(token, validate=True)
            time = stamped(text.encode(), answer, self._authorities)
            entry = parse(text).entry
        except (StampError, CheckpointError, binascii.Error) as error:
            return _fault(event, str(error))
        self._verdict.stamped_time = rfc3339(time)
        if entry > self._verdict.vouched:
            self._verdict.vouched, self._verdict.vouched_time = entry, rfc3339(time)
        return None


def _number(event: Event) -> int:
    number = event.data.get("checkpoint")
    return number if isinstance(number, int) else 0


def _fault(event: Event, text: str) -> Fault:
    return Fault("time-stamp", event.seq, event.seq, f"time stamp {event.seq}: {text}")
