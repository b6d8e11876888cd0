"""One thing wrong in a file, and the exception that carries all of them."""

import difflib
from collections.abc import Iterable

import msgspec

from drivers.tomlfile.show import quoted


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, where, and what to do about it.

    ``line`` counts from 1; None when the file could not be read at all. ``key`` is dotted, as
    the user wrote it; empty for the file as a whole.
    """

    file: str
    line: int | None
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {key}{self.message}{hint}"


class TomlError(Exception):
    """A file cannot be used; says every reason, one per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question naming what is nearest to ``word``; empty when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    return f"did you mean {' or '.join(map(quoted, near))}?" if near else ""
