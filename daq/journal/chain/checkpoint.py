"""A checkpoint: the text that vouches for a journal up to an entry. Pure; nothing of cryptography.

The format is in ``docs/reference/chain.md``, and never changes.
"""

import base64
import binascii
import re
from hashlib import sha256

import msgspec

from daq.errors import DaqError

FIRST_LINE = "lab-daq checkpoint 1"
LONGEST = 4096
"""Characters a checkpoint may have."""

NONE = "none"
_KEY, _SIGNATURE, _LINK = 32, 64, 32
_FIELDS = ("station", "entry", "link", "time", "previous", "public-key")
_LINE = re.compile(r"[a-z-]+: [ -~]*")


class CheckpointError(DaqError):
    """A text is no checkpoint; the error says why."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint says. ``public_key`` and ``signature`` are empty without a key.

    ``link`` is of entry ``entry``; ``previous`` the hash of the checkpoint before, empty for the
    first. ``time`` is as it is written.
    """

    station: str
    entry: int
    link: bytes
    time: str
    previous: bytes
    public_key: bytes
    signature: bytes = b""

    @property
    def statement(self) -> str:
        """What is signed: all lines but the last."""
        values = (
            self.station,
            self.entry,
            self.link.hex(),
            self.time,
            self.previous.hex() or NONE,
            _base64(self.public_key) or NONE,
        )
        lines = [f"{name}: {value}" for name, value in zip(_FIELDS, values, strict=True)]
        return "\n".join((FIRST_LINE, *lines, ""))

    @property
    def text(self) -> str:
        """The whole of it, as it is kept."""
        if not self.signature:
            return self.statement
        return f"{self.statement}signature: {_base64(self.signature)}\n"

    @property
    def fingerprint(self) -> str:
        """Of the key that signed; empty without one."""
        return fingerprint(self.public_key) if self.public_key else ""

    @property
    def digest(self) -> bytes:
        """What the next one has as ``previous``, and what is stamped with a time."""
        return sha256(self.text.encode()).digest()


def fingerprint(public_key: bytes) -> str:
    """What people compare of a public key: SHA-256 of its 32 bytes, hexadecimal."""
    return sha256(public_key).hexdigest()


def parse(text: str) -> Checkpoint:
    """The checkpoint that a text is.

    Raises:
        CheckpointError: it is none, or not written exactly as a checkpoint is.
    """
    fields = _fields(text)
    try:
        found = Checkpoint(
            station=fields["station"],
            entry=int(fields["entry"]),
            link=_sized(bytes.fromhex(fields["link"]), _LINK),
            time=fields["time"],
            previous=b"" if fields["previous"] == NONE else bytes.fromhex(fields["previous"]),
            public_key=_bytes(fields["public-key"], _KEY),
            signature=_bytes(fields.get("signature", NONE), _SIGNATURE),
        )
    except (ValueError, binascii.Error, KeyError) as error:
        raise CheckpointError(f"not a checkpoint: {error}") from None
    # Another spelling of the same would have another hash.
    if found.text != text:
        raise CheckpointError("not a checkpoint: not written as one is")
    return found


def _fields(text: str) -> dict[str, str]:
    lines = text[:LONGEST].split("\n")
    if lines[0] != FIRST_LINE:
        raise CheckpointError(f"not a checkpoint: it does not begin with {FIRST_LINE!r}")
    if not all(map(_LINE.fullmatch, lines[1:-1])):
        raise CheckpointError("not a checkpoint: a line is not 'name: value'")
    split = [(name, value) for name, _, value in (line.partition(": ") for line in lines[1:-1])]
    return dict(split)


def _bytes(value: str, size: int) -> bytes:
    return b"" if value == NONE else _sized(base64.b64decode(value, validate=True), size)


def _sized(value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise ValueError(f"{len(value)} bytes where {size} belong")
    return value


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
