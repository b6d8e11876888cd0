"""Makes checkpoints, one after the other."""

from typing import Protocol

import msgspec

from daq.journal.chain.checkpoint import Checkpoint
from daq.journal.eventcodec import Data
from daq.timefmt import rfc3339


class Key(Protocol):
    """What signs; ``daq.journal.chain.keys.SigningKey`` is one."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        ...

    def sign(self, statement: bytes) -> bytes:
        """The signature, 64 bytes."""
        ...


class Seal:
    """What a station seals its journal with. ``previous`` is the last checkpoint's digest.

    Without a key its checkpoints are not signed: they vouch for nothing by themselves, but can be
    kept elsewhere, or stamped with a time.
    """

    def __init__(self, station: str, key: Key | None, previous: bytes = b"") -> None:
        self.previous = previous
        self._station, self._key = station, key

    def checkpoint(self, entry: int, link: bytes, now: int) -> Checkpoint:
        """The next one: of an entry with its link, made ``now`` (ns since 1970 UTC)."""
        plain = Checkpoint(
            station=self._station,
            entry=entry,
            link=link,
            time=rfc3339(now),
            previous=self.previous,
            public_key=self._key.public if self._key is not None else b"",
        )
        if self._key is None:
            return plain
        signature = self._key.sign(plain.statement.encode())
        return msgspec.structs.replace(plain, signature=signature)


def particulars(checkpoint: Checkpoint, why: str) -> Data:
    """What its event carries."""
    return {
        "text": checkpoint.text,
        "entry": checkpoint.entry,
        "link": checkpoint.link.hex(),
        "fingerprint": checkpoint.fingerprint,
        "why": why,
    }
