"""Manifests: what there is, bound by its hashes and signed with the station's key."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from daq.evidence.errors import EvidenceError
from daq.evidence.verifier import DOMAIN


class Signer(Protocol):
    """A key of a station, Ed25519."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
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


class PemSigner:
    """A private key in a file, as ``openssl genpkey -algorithm ed25519`` writes it.

    Raises:
        EvidenceError: it cannot be read, or is no such key.
    """

    def __init__(self, path: Path) -> None:
        try:
            from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
            from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
                load_pem_private_key,
            )
        except ImportError as error:
            raise EvidenceError(
                "signing needs cryptography, which is not there: pip install 'lab-daq[evidence]'"
            ) from error
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise EvidenceError(f"{path}: {error.strerror}; name the file of the key") from error
        except (TypeError, ValueError) as error:
            raise EvidenceError(f"{path}: no private key in PEM without a password") from error
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise EvidenceError(f"{path}: no Ed25519 key; `daq key create` makes one")
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature, 64 bytes."""
        return self._key.sign(message)
