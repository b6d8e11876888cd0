"""What a password needs. Pure."""

import unicodedata

from daq.access.errors import WeakPasswordError

LONGEST = 200
"""Characters: argon2 takes any, a form does not."""

SHORTEST = 8
"""Characters a password has in any case: NIST SP 800-63B, section 5.1.1.2."""

FEW = 4
"""So few different characters are no password."""


def check_password(password: str, name: str, shortest: int) -> None:
    """Whether a password is good enough: its length, and not the obvious.

    Neither kinds of characters nor a regular change are asked for: NIST SP 800-63B, section
    5.1.1.2, found that both make passwords worse.

    Raises:
        WeakPasswordError: it is not.
    """
    least = max(shortest, SHORTEST)
    if len(password) < least:
        raise WeakPasswordError(f"a password has {least} characters or more; take some words")
    if len(password) > LONGEST:
        raise WeakPasswordError(f"a password has at most {LONGEST} characters")
    if any(unicodedata.category(character).startswith("C") for character in password):
        raise WeakPasswordError("a password has no control characters")
    if len(set(password.casefold())) <= FEW:
        raise WeakPasswordError("the same few characters again and again are no password")
    if name.casefold() in password.casefold():
        raise WeakPasswordError("a password does not contain the name of its user")
