"""What a verification found."""

from typing import Literal, TypeAlias

import msgspec

What: TypeAlias = Literal[
    "checksum",
    "altered",
    "missing",
    "series",
    "unlinked",
    "beginning",
    "checkpoint",
    "signature",
    "key",
    "tail",
    "time-stamp",
    "unproven",
]
"""What is wrong, in a word that does not change."""


class Fault(msgspec.Struct, frozen=True):
    """The first thing that is not what was written, among the entries ``first`` to ``last``.

    Both are the same where it is one entry. ``text`` is a sentence for people.
    """

    what: What
    first: int
    last: int
    text: str


class Unproven(msgspec.Struct, frozen=True):
    """Entries, from number to number, that no link vouches for, and why."""

    first: int
    last: int
    why: str


class Signer(msgspec.Struct, kw_only=True):
    """A key, the checkpoints it has signed, and whether it was given as one to trust."""

    fingerprint: str
    trusted: bool
    checkpoints: int = 0
    first: str = ""
    last: str = ""


class Verdict(msgspec.Struct, kw_only=True):
    """What a journal was found to be. ``fault`` is None when it is complete and unaltered.

    The chain begins after entry ``begins_after``, for the reason ``begins``. ``proven`` entries
    are as they were committed; what was not proven, and is not known to be wrong either, is in
    ``unproven`` (the first hundred stretches). ``vouched`` is the last entry a checkpoint of the
    journal vouches for, 0 without any: what comes after it could be made anew, or cut off, by
    whoever can write the file. Of ``stamped`` time stamps, if they were checked, the last states
    ``stamped_time``. ``link`` is of the last entry, hexadecimal.
    """

    path: str
    station: str
    schema: int
    entries: int = 0
    first: int = 0
    last: int = 0
    begins: str = ""
    begins_after: int = 0
    begins_time: int = 0
    groups: int = 0
    proven: int = 0
    unproven: list[Unproven] = msgspec.field(default_factory=list[Unproven])
    checkpoints: int = 0
    signed: int = 0
    stamped: int = 0
    stamps_checked: bool = False
    stamped_time: str = ""
    deposited: int = 0
    vouched: int = 0
    vouched_time: str = ""
    signers: list[Signer] = msgspec.field(default_factory=list[Signer])
    link: str = ""
    fault: Fault | None = None
