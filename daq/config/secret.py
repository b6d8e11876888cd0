"""Where a password or token is kept. The configuration holds the place, never the secret."""

import os
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from daq.config.errors import SecretError
from daq.config.types import FilePath, Table
from drivers.files import read_bounded

LONGEST = 65_536
"""Bytes a secret may have."""

_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of surrogates, ends of lines and paragraphs."""

_HINT = 'write { file = "..." }, { env = "NAME" } or { credential = "name" }'


class Secret(Table, frozen=True):
    """A reference to a secret: exactly one of a file, an environment variable, a credential.

    It is read when ``resolve`` is called and not kept, so that neither printing nor dumping a
    configuration can show it.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    file: FilePath | None = Field(default=None, description="a file that holds nothing else")
    env: str | None = Field(
        default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="an environment variable"
    )
    credential: str | None = Field(
        default=None,
        pattern=r"^[^/\x00.][^/\x00]*$",
        description="a systemd credential (LoadCredential=)",
    )

    @model_validator(mode="before")
    @classmethod
    def _a_table(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return value  # pyright: ignore[reportUnknownVariableType] - any keys; checked next
        raise PydanticCustomError(
            "secret", "must not stand in this file; say where it is kept", {"hint": _HINT}
        )

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if [self.file, self.env, self.credential].count(None) != 2:  # noqa: PLR2004 - two of three
            raise PydanticCustomError("secret", "needs exactly one place", {"hint": _HINT})
        return self

    def resolve(self, environ: Mapping[str, str] = os.environ) -> str:
        """The secret itself. Read anew each time; one trailing newline is taken off.

        Raises:
            SecretError: it is not there, empty, too long, or not one line of text; the error
                names only the place.
        """
        if self.env is not None:
            value = environ.get(self.env, "")
            if not value:
                raise SecretError(f"environment variable {self.env} is not set or empty")
            return _one_line(value, f"environment variable {self.env}")
        path = self._path(environ)
        return _one_line(_read(path), str(path))

    def content(self, environ: Mapping[str, str] = os.environ) -> str:
        """A secret that may have several lines, such as a key as PEM.

        Raises:
            SecretError: it is not there, empty, too long, or no text.
        """
        if self.env is None:
            return _read(self._path(environ))
        if not environ.get(self.env):
            raise SecretError(f"environment variable {self.env} is not set or empty")
        return environ[self.env]

    def _path(self, environ: Mapping[str, str]) -> Path:
        if self.file is not None:
            return self.file
        folder = environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            raise SecretError(
                f"credential {self.credential}: CREDENTIALS_DIRECTORY is not set; "
                "credentials exist only in a systemd service with LoadCredential="
            )
        return Path(folder) / str(self.credential)

    def remark(self) -> str:
        """What is unwise about the place: a file that is missing, or that everyone can read."""
        if self.file is None:
            return ""
        try:
            mode = self.file.stat().st_mode
        except OSError as error:
            return f"{self.file} cannot be read now: {error.strerror}"
        except ValueError:
            return f"{self.file} is not the name of a file"
        if mode & stat.S_IROTH:
            return f"{self.file} can be read by every user of this machine; chmod o-r it"
        return ""


def _one_line(value: str, place: str) -> str:
    """The value, if it can stand in a header or a password field. Libraries quote what cannot."""
    if any(unicodedata.category(character) in _NO_TEXT for character in value):
        raise SecretError(f"{place}: holds a line end or another control character")
    return value


def _read(path: Path) -> str:
    try:
        text = read_bounded(path, LONGEST).decode("utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError:
        raise SecretError(f"{path}: is not UTF-8 text") from None
    if not text:
        raise SecretError(f"{path}: is empty")
    return text


def secrets_in(value: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Secret]]:
    """Every secret of a model, with its key."""
    if isinstance(value, Secret):
        return [(path, value)]
    if not isinstance(value, Table):
        return []
    fields: list[tuple[str, Any]] = [
        (name, getattr(value, name)) for name in type(value).model_fields
    ]
    return [found for name, inner in fields for found in secrets_in(inner, (*path, name))]
