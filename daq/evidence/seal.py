"""Manifests: what there is, bound by its hashes and signed with the station's key."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from daq.evidence.verifier import DOMAIN


class Signer(Protocol):
    """A key of a station, Ed25519."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        ...

    def sign(self, statement: bytes, /) -> bytes:
        """A signature, 64 bytes."""
        ...


class Filed(msgspec.Struct, frozen=True):
    """A file that a manifest vouches for; SHA-256 in hex."""

    name: str
    size: int
    sha256: str


def sealed(manifest: Mapping[str, Any], files: list[Filed]) -> bytes:
    """The bytes of a manifest with its files: the same for the same content."""
    listed = [msgspec.to_builtins(one) for one in sorted(files, key=lambda one: one.name)]
    text = json.dumps({**manifest, "files": listed}, sort_keys=True, ensure_ascii=True, indent=1)
    return f"{text}\n".encode()


def signature_of(content: bytes, signer: Signer) -> bytes:
    """The file that holds the signature of a manifest."""
    said = {
        "algorithm": "Ed25519",
        "key": signer.public.hex(),
        "signature": signer.sign(DOMAIN + content).hex(),
    }
    return f"{json.dumps(said, indent=1)}\n".encode()
