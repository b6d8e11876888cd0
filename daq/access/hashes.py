"""Hashes of passwords by argon2id (RFC 9106, section 4: 64 MiB, three passes), and of tokens.

argon2-cffi is imported when somebody signs in: a daemon with which nobody signs does without.
"""

import functools
import hashlib
import hmac
import secrets
import unicodedata

from daq.access.errors import AccessError
from daq.access.passwords import LONGEST

FIELDS = 6
"""Parts between the dollar signs of a hash, the empty one before the first included."""


def hashed(password: str) -> str:
    """The hash of a password, with its salt; takes some 0.1 s of processor time.

    Raises:
        AccessError: the package argon2-cffi is missing.
    """
    return _hasher().make(password)


def is_password(kept: str, given: str) -> bool:
    """Whether the given password is the one whose hash is kept; compared in constant time.

    Takes as long without a hash as with one, so that nobody learns who has one.

    Raises:
        AccessError: the package argon2-cffi is missing.
    """
    fits = _hasher().fits(kept or _of_nobody(), given[: 2 * LONGEST])
    return fits and bool(kept)


def is_hash(text: str) -> bool:
    """Whether a text has the form of a hash by argon2id; nothing is computed."""
    parts = text.split("$")
    return len(parts) == FIELDS and parts[:2] == ["", "argon2id"] and all(parts[2:])


def new_token() -> tuple[str, str]:
    """A token for a program, 256 bits of chance, and its SHA-256 (hex), which is kept."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """SHA-256 of a token, hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_token(kept: str, given_hash: str) -> bool:
    """Whether two hashes of tokens are equal; compared in constant time."""
    return hmac.compare_digest(kept.encode(), given_hash.encode())


class _Hasher:
    """argon2-cffi with its defaults, which are those of RFC 9106 for little memory."""

    def __init__(self) -> None:
        try:
            import argon2  # noqa: PLC0415 - 2 MB that only who has users needs
        except ImportError as error:
            raise AccessError(
                "users need the package argon2-cffi, which is not installed: "
                "pip install 'lab-daq[web]'"
            ) from error
        self._hasher = argon2.PasswordHasher()
        self._wrong = (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError)

    def make(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def fits(self, kept: str, given: str) -> bool:
        try:
            return self._hasher.verify(kept, _normal(given))
        except self._wrong:
            return False


@functools.cache
def _hasher() -> _Hasher:
    return _Hasher()


@functools.cache
def _of_nobody() -> str:
    """The hash of what nobody knows."""
    return _hasher().make(secrets.token_urlsafe(32))


def _normal(password: str) -> bytes:
    """As any keyboard types it: NIST SP 800-63B, section 5.1.1.2, asks for NFKC or NFKD."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
