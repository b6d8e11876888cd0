"""The file of users: TOML that `daq users` writes and people may read."""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import tomlkit
from pydantic import AwareDatetime, BaseModel, Field, field_validator, model_validator

from daq.access.errors import UsersFileError
from daq.access.hashes import is_hash
from daq.access.roles import Role
from daq.access.user import Token, User
from drivers.tomlfile import Document, TomlError

MOST = 1000
"""Users of a laboratory, and far more than it has."""

MOST_TOKENS = 20

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
LONGEST_TITLE = 100
"""Characters of a printed name."""

LABEL = r"^[A-Za-z0-9_.@ -]{1,60}$"
TITLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"

HEAD = """\
Who may do what on the page, and who may sign: written by `daq users`, which tells the journal of
each change. A user is never taken out, only disabled: a name means one person for ever.
"""


class _Keys(BaseModel, frozen=True, extra="forbid"):
    """A table that knows all its keys."""


class _TokenKeys(_Keys, frozen=True):
    label: Annotated[str, Field(min_length=1, max_length=60, pattern=LABEL)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    added: AwareDatetime


class _UserKeys(_Keys, frozen=True):
    role: Role
    title: Annotated[str, Field(max_length=LONGEST_TITLE, pattern=TITLE)] = ""
    password: Annotated[str, Field(max_length=300)] = ""
    changed: AwareDatetime | None = None
    disabled: bool = False
    token: Annotated[tuple[_TokenKeys, ...], Field(max_length=MOST_TOKENS)] = ()

    @field_validator("password")
    @classmethod
    def _a_hash(cls, value: str) -> str:
        if value and not is_hash(value):
            raise ValueError("must be a hash by argon2id; set it with `daq users passwd`")
        return value

    def user(self, name: str) -> User:
        tokens = (Token(**one.model_dump()) for one in self.token)
        return User(name=name, tokens=tuple(tokens), **self.model_dump(exclude={"token"}))


class _File(_Keys, frozen=True):
    user: Annotated[dict[str, _UserKeys], Field(max_length=MOST)] = {}

    @model_validator(mode="after")
    def _names(self) -> "_File":
        for name in self.user:
            if not NAME.fullmatch(name):
                raise ValueError(
                    f"user {name[:60]!r}: a name has lower-case letters, digits, '.', '_', '-'"
                )
        return self


class Users(msgspec.Struct, frozen=True):
    """All users by name, and the SHA-256 (hex) of the file they stand in."""

    users: Mapping[str, User]
    digest: str


def read_users(path: Path) -> Users:
    """Read the file of users.

    Raises:
        UsersFileError: it cannot be read, or is wrong; every problem with its line.
    """
    try:
        document = Document.read(path)
        model = document.model(_File)
    except TomlError as error:
        raise UsersFileError(str(error)) from error
    users = {name: keys.user(name) for name, keys in model.user.items()}
    return Users(users, digest_of(document.text))


def rendered(users: Iterable[User]) -> str:
    """The text of a file with these users."""
    document = tomlkit.document()
    for line in HEAD.splitlines():
        document.add(tomlkit.comment(line))
    tables = tomlkit.table(is_super_table=True)
    for user in users:
        tables.add(user.name, _plain(user))
    document.add("user", tables)
    text = io.StringIO()
    tomlkit.dump(document, text)
    return text.getvalue()


def digest_of(text: str) -> str:
    """SHA-256 of the file, hex; it tells one state of the file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> datetime:
    """To the second, in UTC: as the file says it."""
    return datetime.now(UTC).replace(microsecond=0)


def _plain(user: User) -> dict[str, object]:
    found = {key: getattr(user, key) for key in ("role", "title", "password", "changed")}
    kept = {key: value for key, value in found.items() if value}
    if user.disabled:
        kept["disabled"] = True
    if user.tokens:
        kept["token"] = [msgspec.structs.asdict(token) for token in user.tokens]
    return kept
