"""Where a command prints: a screen with its width and its colours, or a pipe with neither."""

import os
import sys
from typing import NoReturn, TextIO

from rich.console import Console

UNBOUNDED = 10_000
"""The width of what has none: a line in a pipe is never broken."""


class Screen(Console):
    """Standard output or error as it is now: decided when it is made, never at import."""

    def on_broken_pipe(self) -> NoReturn:
        """Leave it to whoever runs the command; rich would end the process."""
        raise BrokenPipeError


def out() -> Console:
    """Standard output."""
    return Screen(highlight=False, width=_width(sys.stdout))


def err() -> Console:
    """Standard error."""
    return Screen(highlight=False, width=_width(sys.stderr), stderr=True)


def interactive(stream: TextIO) -> bool:
    """True when something on it can be drawn anew: a terminal that knows how, and no pipe.

    ``FORCE_COLOR`` asks for colours in a pipe, which makes no terminal of it.
    """
    return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def _width(stream: TextIO) -> int | None:
    """What `COLUMNS` says (`watch` sets it), or the window's; without one there is no limit.

    None where rich finds out by itself, at each look anew.
    """
    if interactive(stream):
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or UNBOUNDED
    except (OSError, ValueError):
        return UNBOUNDED
