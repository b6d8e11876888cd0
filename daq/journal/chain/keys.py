"""The station's key: Ed25519 (RFC 8032) by the package cryptography, whose errors end here."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from daq.errors import DaqError


class KeyFileError(DaqError):
    """A file holds no key that can be used; the text says which, and why."""


class SigningKey:
    """A private key.

    Raises:
        KeyFileError: ``pem`` is none, or not Ed25519. The error does not show it.
    """

    def __init__(self, pem: str, where: str) -> None:
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyFileError(
                f"{where}: holds no private key as PEM without a passphrase; `daq key create` "
                "makes one"
            ) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError(f"{where}: holds a key of another kind than Ed25519")
        self._key = key

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def public_pem(self) -> str:
        """The public key as others read it."""
        return pem_of(self.public)

    def sign(self, statement: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(statement)


def new_key() -> str:
    """A new private key (PKCS 8, PEM, without a passphrase)."""
    encoded = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    return encoded.decode()


def public_of(pem: str, where: str) -> bytes:
    """The public key in a PEM file, of which it may be the private key too; 32 bytes.

    Raises:
        KeyFileError: it holds none.
    """
    if "PRIVATE KEY" in pem:
        return SigningKey(pem, where).public
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError(f"{where}: holds no public key as PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{where}: holds a key of another kind than Ed25519")
    return key.public_bytes_raw()


def pem_of(public_key: bytes) -> str:
    """A public key (32 bytes) as others read it: SubjectPublicKeyInfo, PEM."""
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def verified(public_key: bytes, signature: bytes, statement: bytes) -> bool:
    """Whether a signature is of a statement, by the owner of a key (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True
