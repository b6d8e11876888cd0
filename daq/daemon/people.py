"""Answers the command ``people`` of the control socket: journals what happened to users."""

from daq.alarms.telling import on_disk
from daq.control.people import PeopleRequest, PeopleTold
from daq.control.server import RefusedError
from daq.journal import kinds
from daq.journal.eventcodec import Data
from daq.journal.journal import Journal
from daq.journal.kinds import Kind

DURABLE = 3.0
"""Seconds for the disk to take it: a user is not changed before the journal has it."""

_SAY: tuple[tuple[Kind, str], ...] = (
    (kinds.USER_ADDED, "is a user now"),
    (kinds.USER_CHANGED, "is changed"),
    (kinds.USER_PASSWORD_SET, "has another password"),
    (kinds.USERS_IN_FORCE, "other users are in force"),
    (kinds.SIGNED_IN, "signed in"),
    (kinds.SIGNED_OUT, "signed out"),
    (kinds.SIGN_IN_FAILED, "a password was wrong"),
    (kinds.USER_LOCKED, "is locked after too many wrong passwords"),
)

_TOLD = {kind.name: (kind, words) for kind, words in _SAY}
"""Each kind that may be asked for, and its words."""


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
        if not (await on_disk(self._journal, seq, DURABLE) and seq):
            raise RefusedError("the journal does not take it now; `daq status` says why")
        return PeopleTold(seq)


def tell(journal: Journal, request: PeopleRequest) -> int:
    """Append the event; its number, 0 when there was no room."""
    about_all = request.kind == "users-in-force"
    seq = journal.append_event(
        request.kind,
        "daq" if about_all else request.user,
        _text(request),
        severity=_TOLD[request.kind][0].severities[0],
        data=_data(request),
        time=request.time or None,
    )
    journal.hasten()
    return seq


def _text(request: PeopleRequest) -> str:
    _, said = _TOLD[request.kind]
    words = said if request.kind == "users-in-force" else f"{request.user}: {said}"
    if request.before or request.after:
        what = request.after if not request.before else f"{request.before} -> {request.after}"
        words += f": {'; '.join(what.splitlines())}"
    words += f", by {request.by}" if request.by else ""
    words += f", from {request.address}" if request.address else ""
    return words + (f" ({request.reason})" if request.reason else "")


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
