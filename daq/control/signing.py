"""How the daemon is asked to have a run signed."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from daq.control.client import ask
from daq.control.request import Reason, Request

DEADLINE = 30.0
"""Seconds: a hash, a run out of a long journal, and the disk."""


class RunSignRequest(Request, tag="run-sign", frozen=True):
    """Sign a run: ``user`` gives the password once more, for this signature alone.

    ``digest`` is of what they were shown; when the run has changed since, it is not signed. The
    password goes no further than to its comparison, and no event has it.
    """

    run: Annotated[str, msgspec.Meta(max_length=40)]
    user: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[\w.-]+$")]
    password: Annotated[str, msgspec.Meta(max_length=400)]
    meaning: Literal["performed", "reviewed", "approved"]
    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    reason: Reason = ""


class RunSigned(msgspec.Struct, frozen=True):
    """How often the run is signed by now, and by this as what.

    ``durable`` is false when it is done and known, but the disk has not taken it in time.
    """

    run: str
    meaning: str
    signatures: int
    durable: bool = True


def ask_signature(path: Path, request: RunSignRequest) -> RunSigned:
    """Have a run signed.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: the password is wrong, or it cannot be signed so.
    """
    return ask(path, request, RunSigned, DEADLINE)
