"""How the daemon is asked to give somebody another password: by themselves."""

from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from daq.control.client import ask
from daq.control.request import Request

DEADLINE = 30.0
"""Seconds: two hashes, and the disk."""

Given: TypeAlias = Annotated[str, msgspec.Meta(max_length=400)]


class PasswordRequest(Request, tag="password", frozen=True):
    """Give the user ``new`` in place of ``password``, which proves that it is them."""

    user: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[\w.-]+$")]
    password: Given
    new: Given


class PasswordSet(msgspec.Struct, frozen=True):
    """It is set, and sign-ins with the old one have ended."""

    user: str


def ask_password(path: Path, request: PasswordRequest) -> PasswordSet:
    """Have the password of a user changed by themselves.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: the old one is wrong, the new one not good enough, or the daemon may not
            write the file of users.
    """
    return ask(path, request, PasswordSet, DEADLINE)
