"""What a client can ask of the daemon."""

from typing import Annotated, TypeAlias

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise: msgspec lets the latter two through."""

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""The number of an entry of the journal."""

REASON = 200
"""Characters of a reason, on one line."""


class Request(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a client asks: a command, and what it needs.

    ``bus`` and ``after`` belong to ``recording``: the pieces of that bus's ring from that number
    on; -1 asks for no piece, but for the number of the next. ``path`` belongs
    to ``reload``: the file that is meant. ``sink``, ``action`` (retry, drop), ``ranges`` (first
    and last number of entries), ``by`` (who says so) and ``reason`` belong to ``quarantine``.
    """

    command: str
    bus: str = ""
    after: int = 0
    path: str = ""
    sink: str = ""
    action: str = ""
    ranges: tuple[tuple[Number, Number], ...] = ()
    by: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[\w .@-]*$")] = ""
    reason: Annotated[str, msgspec.Meta(max_length=REASON, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = (
        ""
    )
