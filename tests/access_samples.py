"""Users for tests: their passwords are hashed cheaply, which the hash says of itself."""

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import argon2

from daq.access.file import rendered
from daq.access.hashes import token_hash
from daq.access.roles import ROLES, Role
from daq.access.user import Token, User

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def password_of(name: str) -> str:
    return f"the {name[::-1]} word"


@functools.cache
def hash_of(name: str) -> str:
    return CHEAP.hash(password_of(name))


def token_of(name: str) -> str:
    return f"token-of-{name}"


def user(name: str, role: Role, *, disabled: bool = False, title: str = "") -> User:
    return User(
        name=name,
        role=role,
        title=title,
        password=hash_of(name),
        changed=LONG_AGO,
        disabled=disabled,
        tokens=(Token(label="t", sha256=token_hash(token_of(name)), added=LONG_AGO),),
    )


def one_of_each() -> list[User]:
    """A user for each role, who is called like it."""
    return [user(role, role, title=f"The {role}") for role in ROLES]


def write(path: Path, users: Iterable[User]) -> Path:
    path.write_text(rendered(users), "utf-8")
    path.chmod(0o600)
    return path
