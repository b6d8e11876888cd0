"""What the daemon is asked to journal of users: by `daq users`, and by the page."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from daq.control.client import ask
from daq.control.request import By, Reason, Request

What: TypeAlias = Literal[
    "user-added",
    "user-changed",
    "user-password-set",
    "users-in-force",
    "signed-in",
    "signed-out",
    "sign-in-failed",
    "user-locked",
]
"""Kinds of events (docs/reference/events.md)."""

Text: TypeAlias = Annotated[
    str, msgspec.Meta(max_length=1500, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$")
]
Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]


class PeopleRequest(Request, tag="people", frozen=True):
    """Something to be journalled of a user.

    ``time`` is when it was, ns since 1970 UTC, 0 for now: the page tells of what happened while
    the daemon did not run. ``before`` and ``after`` are how the user was and is, or what differs;
    ``file_before`` and ``file_after`` SHA-256 of the file of users; ``seconds`` of a lock.
    """

    kind: What
    user: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[\w.@ -]+$")]
    time: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    by: By = ""
    reason: Reason = ""
    before: Text = ""
    after: Text = ""
    file_before: Digest = ""
    file_after: Digest = ""
    address: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[\w.:/]*$")] = ""
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 0.0


class PeopleTold(msgspec.Struct, frozen=True):
    """``seq`` is the number of the event; 0 when the journal had no room."""

    seq: int


def tell_people(path: Path, request: PeopleRequest) -> PeopleTold:
    """Have something journalled.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: the daemon is too old, or its disk does not take it.
    """
    return ask(path, request, PeopleTold)
