"""Whether what somebody gives is the password or the token: compared in constant time."""

import hashlib
import hmac
from typing import Self

import msgspec

from daq.config.web import WebConfig


class Keys(msgspec.Struct, frozen=True):
    """Digests of the secrets, empty where there is none: they are of one length."""

    password: bytes = b""
    token: bytes = b""

    @classmethod
    def of(cls, config: WebConfig) -> Self:
        """Read the secrets.

        Raises:
            SecretError: one cannot be read.
        """
        kept = (config.password, config.token)
        return cls.of_texts(*("" if secret is None else secret.resolve() for secret in kept))

    @classmethod
    def of_texts(cls, password: str, token: str) -> Self:
        """Of the secrets themselves; empty where there is none."""
        return cls(*(_digest(text) if text else b"" for text in (password, token)))

    def is_password(self, given: str) -> bool:
        """Whether this is the password, or the token, with which a person may sign in, too."""
        found = _digest(given)
        fits = [hmac.compare_digest(found, kept) for kept in (self.password, self.token) if kept]
        return any(fits)

    def is_token(self, given: str) -> bool:
        """Whether this is the token."""
        return bool(self.token) and hmac.compare_digest(_digest(given), self.token)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
