"""The forms a reply may have: patterns with named groups, or fields by position."""

import re
from collections.abc import Mapping

from pydantic import Field, model_validator

from drivers.profile import Table
from drivers.reason import BadReason
from drivers.text.pattern import compile_pattern

LONGEST_REPLY = 1024
"""Characters. No reply may be longer: the line is bounded, and so is the work on it."""

ADDRESS = "{address}"
"""Stands for the instrument's address in commands and patterns."""

PREFIX = "{prefix}"
"""Stands for ``[text] prefix`` where an address is configured, for nothing where none is."""

COMMAND = "{command}"
"""Stands in patterns for the command as it was sent, without terminator and checksum."""

PLAIN: Mapping[str, str] = {ADDRESS: "0", PREFIX: "0", COMMAND: "0"}
"""Fillings to check a pattern with before the instrument's own are known."""


def fill(text: str, fillings: Mapping[str, str]) -> str:
    """Put what they stand for in the place of placeholders."""
    for placeholder, filling in fillings.items():
        text = text.replace(placeholder, filling)
    return text


def literal(fillings: Mapping[str, str]) -> dict[str, str]:
    """The fillings as patterns that match them and nothing else."""
    return {placeholder: re.escape(filling) for placeholder, filling in fillings.items()}


class Alternative(Table, frozen=True):
    """A form of a reply. With a ``status`` it stands for that instead of values.

    Patterns are Python's, without back-references, look-around and flags. One that could take too
    long on some line is refused when the profile is loaded: neighbouring repeats must differ in
    their characters (``[0-9.]+ *[A-Z]+``, not ``.*.*``), or be possessive (``[0-9]*+``), or
    ``reply_length`` must be shorter.
    """

    pattern: str = ""
    """a regular expression; named groups `(?P<name>...)` are the fields; `{address}`,
    `{prefix}` and `{command}` (as it was sent) stand for themselves"""
    fields: tuple[str, ...] = ()
    """instead of `pattern`: names of the parts of the reply in order; `""` is one nobody needs"""
    separator: str = Field(default=",", min_length=1, max_length=1)
    """one character that divides the parts; a blank stands for any number of blanks"""
    status: BadReason | None = None
    """this form stands for a status, not for values"""

    @model_validator(mode="after")
    def _one_kind(self) -> "Alternative":
        if bool(self.pattern) == bool(self.fields):
            raise ValueError("needs exactly one of pattern, fields")
        return self

    def compile(self, fillings: Mapping[str, str], limit: int) -> re.Pattern[str]:
        """The pattern for a reply of at most ``limit`` characters; fillings are patterns, too.

        Raises:
            ValueError: it is wrong, or may take too long.
        """
        return compile_pattern(fill(self._text, fillings), limit)

    @property
    def _text(self) -> str:
        if not self.fields:
            return self.pattern
        separator = re.escape(self.separator)
        some, between = ("+", " +") if self.separator == " " else ("*", separator)
        part = f"[^{separator}]{some}"
        return between.join(f"(?P<{name}>{part})" if name else part for name in self.fields)
