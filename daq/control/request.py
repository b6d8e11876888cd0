"""What a client can ask of the daemon."""

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise: msgspec lets the latter two through."""


class Request(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a client asks: a command, and what it needs.

    ``bus`` and ``after`` belong to ``recording``: the pieces of that bus's ring from that number
    on; -1 asks for no piece, but for the number of the next. ``path`` belongs
    to ``reload``: the file that is meant.
    """

    command: str
    bus: str = ""
    after: int = 0
    path: str = ""
