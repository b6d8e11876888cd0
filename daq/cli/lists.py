"""Options that take a list: ``--baud 9600,19200``, ``--units 1-16``."""

from collections.abc import Callable
from typing import TypeAlias

import click

Read: TypeAlias = Callable[[str], tuple[object, ...]]


class Listed(click.ParamType[tuple[object, ...]]):
    """A list; how its text is read is handed in."""

    name = "list"

    def __init__(self, read: Read) -> None:
        self._read = read

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[object, ...]:
        """The entries, or click's own error."""
        try:
            return self._read(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def words(*known: str) -> Read:
    """Reads a list of words of which each must be known; each once."""

    def read(text: str) -> tuple[str, ...]:
        chosen = [item.strip() for item in text.split(",")]
        if wrong := [item for item in chosen if item not in known]:
            raise ValueError(f"{wrong[0]!r} is none of {', '.join(known)}")
        return tuple(dict.fromkeys(chosen))

    return read
