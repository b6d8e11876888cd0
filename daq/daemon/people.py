"""Answers the command ``people`` of the control socket: journals what happened to users."""

import asyncio
from collections.abc import Mapping

from daq.control.people import PeopleRequest, PeopleTold, What
from daq.control.server import RefusedError
from daq.journal import kinds
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data
from daq.journal.journal import Journal

DURABLE = 3.0
"""Seconds for the disk to take it: a user is not changed before the journal has it."""

_SAY: Mapping[What, str] = {
    "user-added": "is a user now",
    "user-changed": "is changed",
    "user-password-set": "has another password",
    "users-in-force": "other users are in force",
    "signed-in": "signed in",
    "signed-out": "signed out",
    "sign-in-failed": "a password was wrong",
    "user-locked": "is locked after too many wrong passwords",
}


class People:
    """Journals what `daq users` and the page tell of users."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def tell(self, request: PeopleRequest) -> PeopleTold:
        """Journal it; answered when it is on the disk.

        Raises:
            RefusedError: the disk does not take it.
        """
        seq = tell(self._journal, request)
        try:
            async with asyncio.timeout(DURABLE):
                await self._journal.wait_beyond(seq - 1)
        except TimeoutError:
            seq = 0
        if not seq:
            raise RefusedError("the journal does not take it now; `daq status` says why")
        return PeopleTold(seq)


def tell(journal: Journal, request: PeopleRequest) -> int:
    """Append the event; its number, 0 when there was no room."""
    about_all = request.kind == "users-in-force"
    seq = journal.append_event(
        request.kind,
        "daq" if about_all else request.user,
        _text(request),
        severity=_severity(request),
        data=_data(request),
        time=request.time or None,
    )
    journal.hasten()
    return seq


def _text(request: PeopleRequest) -> str:
    said = _SAY[request.kind]
    words = said if request.kind == "users-in-force" else f"{request.user}: {said}"
    if request.before or request.after:
        what = request.after if not request.before else f"{request.before} -> {request.after}"
        words += f": {'; '.join(what.splitlines())}"
    words += f", by {request.by}" if request.by else ""
    words += f", from {request.address}" if request.address else ""
    return words + (f" ({request.reason})" if request.reason else "")


def _severity(request: PeopleRequest) -> Severity:
    kind = next(kind for kind in kinds.KINDS if kind.name == request.kind)
    return kind.severities[0]


def _data(request: PeopleRequest) -> Data:
    if request.kind == "users-in-force":
        found = {
            "hash": request.file_after,
            "previous": request.file_before,
            "changes": request.after,
        }
    else:
        found = {
            "before": request.before,
            "after": request.after,
            "by": request.by,
            "why": request.reason,
            "file_before": request.file_before,
            "file_after": request.file_after,
            "address": request.address,
            "seconds": request.seconds,
        }
    return {key: value for key, value in found.items() if value}
