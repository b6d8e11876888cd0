"""What a signature on a run stands for, who may give it, and what binds it to the run. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

import msgspec

from daq.access.errors import NotSignedError
from daq.access.roles import Permission
from daq.runs.run import Run, Signature

Meaning: TypeAlias = Literal["performed", "reviewed", "approved"]
"""What somebody stands for: 21 CFR 11.50(a)(3)."""

MEANINGS: tuple[Meaning, ...] = get_args(Meaning)

PERMISSION: Mapping[Meaning, Permission] = {
    "performed": "sign-performed",
    "reviewed": "sign-reviewed",
    "approved": "sign-approved",
}

_AFTER: Mapping[Meaning, Meaning] = {"reviewed": "performed", "approved": "reviewed"}
"""What has to be signed before."""

FORM = "lab-daq run 1"
"""Which form of the record a digest is of; another form gets another name."""


def signed_digest(run: Run, by: str, meaning: str) -> str:
    """SHA-256 (hex) of what is signed: the run as the journal has it, by whom, and as what.

    A signature therefore cannot be moved to another run, another person or another meaning, and
    shows whether the run was changed after it (21 CFR 11.70). Of the run it covers every field but
    the signatures; fields at their default are left out, so that a field of tomorrow changes no
    digest of today. The numbers of its first and last entry bind it to the readings, which the
    journal holds together.
    """
    plain: dict[str, object] = msgspec.to_builtins(run)
    unset: dict[str, object] = msgspec.to_builtins(_EMPTY)
    record = {key: value for key, value in plain.items() if value != unset[key]}
    record.pop("signatures", None)
    document = {"form": FORM, "run": record, "by": by, "meaning": meaning}
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()


def is_genuine(run: Run, signature: Signature) -> bool:
    """Whether a signature is of this run as it is."""
    return signed_digest(run, signature.by, signature.meaning) == signature.digest


def check_signing(run: Run, by: str, meaning: Meaning) -> None:
    """Whether somebody may sign a run so, as far as the run is concerned.

    Raises:
        NotSignedError: it goes on, they have signed so, something has to be signed before, or they
            would review their own work.
    """
    if run.state != "ended":
        raise NotSignedError(f"{run.id} goes on; it can be signed when it has ended")
    valid = [one for one in run.signatures if is_genuine(run, one)]
    if any((one.by, one.meaning) == (by, meaning) for one in valid):
        raise NotSignedError(f"{by} has signed {run.id} as {meaning} already")
    before = _AFTER.get(meaning)
    if before is not None and not any(one.meaning == before for one in valid):
        raise NotSignedError(f"{run.id} has to be signed as {before} before")
    if meaning != "performed" and by in performers(run):
        raise NotSignedError(f"{by} took part in {run.id}, which somebody else has to look through")


def performers(run: Run) -> frozenset[str]:
    """Who took part in it, and so does not review it."""
    marks = (mark.by for mark in run.marks)
    pauses = (name for one in run.pauses for name in (one.by, one.resumed_by))
    signed = (one.by for one in run.signatures if one.meaning == "performed")
    return frozenset((run.begun_by, run.operator, run.ended_by, *marks, *pauses, *signed)) - {""}


_EMPTY = Run(id="", begun=0, begun_by="", operator="", instruments=())
