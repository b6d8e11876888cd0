"""What all requests to the daemon have in common; each stands beside its answer."""

from typing import Annotated, TypeAlias

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise: msgspec lets the latter two through."""

REQUEST_LIMIT = 4096
"""Bytes a request may have, the end of its line included."""

REASON = 200
"""Characters of a reason, on one line."""

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""The number of an entry of the journal."""

By: TypeAlias = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[\w .@-]*$")]
"""Who says so."""

Reason: TypeAlias = Annotated[
    str, msgspec.Meta(max_length=REASON, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
"""Why, on one line."""


class Request(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="command",
):
    """What a client asks: a command, which is the tag of the kind, and what it needs."""


def command_of(kind: type[Request]) -> str:
    """The command of a kind of request."""
    return str(kind.__struct_config__.tag)
