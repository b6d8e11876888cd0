"""An event as far as a search looks at it: read quickly, for there are many. Pure."""

from collections.abc import Mapping

import msgspec

from daq.journal.eventcodec import Data


class Brief(msgspec.Struct, frozen=True, gc=False):
    """What the body of an event says."""

    kind: str
    subject: str
    severity: str
    text: str
    data: Mapping[str, str | int | float | bool | None] = {}


_decode = msgspec.json.Decoder(Brief).decode


def read_brief(body: bytes) -> Brief | None:
    """What a stored event says; None when that takes a closer look, for it may be damaged."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def data_of(data: Data) -> str:
    """The particulars in one line, as a search sees them."""
    return " ".join(str(value) for value in data.values() if value is not None)
