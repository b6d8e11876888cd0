"""One TOML file: read, checked against a model, and asked for the place of things."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ValidationError

from drivers.files import read_bounded
from drivers.tomlfile.explain import explain
from drivers.tomlfile.locate import Path as Keys
from drivers.tomlfile.locate import dotted, locate
from drivers.tomlfile.problem import Problem, TomlError

M = TypeVar("M", bound=BaseModel)

LARGEST = 1024 * 1024
"""Bytes of a file; a hundred times what one that people write has."""

_PLACE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of.*)\)")

_PLAIN = {"Cannot overwrite a value": "this key or table is there a second time"}
"""tomllib's words where they do not say what the user did."""


class Document(msgspec.Struct, frozen=True):
    """A TOML file that could be parsed; ``data`` is what tomllib made of ``text``."""

    file: str
    text: str
    data: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read a file.

        Raises:
            TomlError: it cannot be read, is not UTF-8, or not TOML.
        """
        try:
            text = read_bounded(path, LARGEST).decode("utf-8").replace("\r\n", "\n")
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise TomlError([Problem(str(path), None, "", message)]) from error
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise TomlError([Problem(str(path), line, "", "is not UTF-8 text")]) from error
        return cls(str(path), text, _parse(str(path), text))

    def problem(self, keys: Keys, message: str, hint: str = "") -> Problem:
        """Something wrong at a key; at its table's header when the key is missing."""
        return Problem(self.file, locate(self.text, keys), dotted(keys), message, hint)

    def model(
        self,
        model: type[M],
        data: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> M:
        """Check the document against a model.

        ``data`` of the same keys is checked in place of the document's own; ``context`` is for
        the model's validators.

        Raises:
            TomlError: it does not fit; holds every error, in the order of lines.
        """
        try:
            return model.model_validate(self.data if data is None else data, context=context)
        except ValidationError as error:
            raise TomlError(self._problems(error, model)) from error

    def _problems(self, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
        explained = [explain(detail, model, self.data) for detail in error.errors()]
        problems = [self.problem(*item) for item in dict.fromkeys(explained)]
        return sorted(problems, key=lambda problem: (problem.line or 0, problem.key))


def load_model(path: Path, model: type[M]) -> M:
    """Read a TOML file into a pydantic model.

    Raises:
        TomlError: the file cannot be read or does not fit; holds every error.
    """
    return Document.read(path).model(model)


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlError([_syntax(file, text, str(error))]) from error
    except ValueError as error:  # thousands of digits: not refused by tomllib but by int()
        line = _longest_line(text)
        raise TomlError([Problem(file, line, "", "holds a number of too many digits")]) from error
    except RecursionError as error:
        raise TomlError([Problem(file, None, "", "is nested too deeply")]) from error


def _longest_line(text: str) -> int:
    lines = text.split("\n")
    return max(range(len(lines)), key=lambda number: len(lines[number])) + 1


def _syntax(file: str, text: str, message: str) -> Problem:
    match = _PLACE.fullmatch(message)
    if match is None:
        return Problem(file, None, "", f"not TOML: {message}")
    what = _PLAIN.get(match["what"], match["what"][:1].lower() + match["what"][1:])
    if match["line"] is None:
        return Problem(file, text.count("\n") + 1, "", f"not TOML: {what} at the end of the file")
    return Problem(file, int(match["line"]), "", f"not TOML: column {match['column']}: {what}")
