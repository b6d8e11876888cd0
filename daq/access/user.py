"""A user: who it is, what they may, and how they prove that it is them. Plain data."""

from datetime import datetime

import msgspec

from daq.access.roles import ALLOWED, SHARED, Permission, Role

SHARED_NAME = "token"
"""Who somebody is that comes with the one shared token of ``[web]``."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What a program proves itself with: only the SHA-256 (hex) of it is kept.

    A token is 256 bits of chance, which nobody guesses: it needs no slow hash.
    """

    label: str
    sha256: str
    added: datetime


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One user. ``name`` is the unique id, ``title`` the printed name that a signature shows.

    ``password`` is a hash by argon2id, empty for a program; ``changed`` when it was set. A user is
    never taken away, only ``disabled``, so that a name means one person for ever.
    """

    name: str
    role: Role
    title: str = ""
    password: str = ""
    changed: datetime | None = None
    disabled: bool = False
    tokens: tuple[Token, ...] = ()

    @property
    def printed(self) -> str:
        """How a signature shows the name."""
        return self.title or self.name


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who has been recognised: a user, or with the role None whoever knows the shared secret."""

    name: str
    title: str = ""
    role: Role | None = None

    def may(self, permission: Permission) -> bool:
        """Whether they may do this."""
        return permission in (SHARED if self.role is None else ALLOWED[self.role])


def person(user: User) -> Person:
    """Who a user is."""
    return Person(name=user.name, title=user.title, role=user.role)
