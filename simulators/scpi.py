"""What instruments with SCPI-like commands have in common: headers, and a queue of errors.

Source: SCPI 1999, volume 1, 6.2.1 (long and short forms of a header) and 21.8 (the error queue).
"""

import re
import string
from collections import deque
from collections.abc import Iterator

BRACKETS = {"[": "(?:", "]": ")?", "?": r"\s*\?"}


def header_pattern(header: str) -> str:
    """A regular expression for a header as manuals print it: capitals are the short form.

    Brackets are what may be left out; a colon before the whole may be as well.
    """
    return ":?" + re.sub(r"[A-Z]+[a-z]*|[\[\]?]", _part, header)


def _part(match: re.Match[str]) -> str:
    token = match[0]
    if token in BRACKETS:
        return BRACKETS[token]
    short = token.rstrip(string.ascii_lowercase)
    rest = token[len(short) :]
    return f"{short}(?:{rest})?" if rest else short


def units(message: str) -> Iterator[tuple[str, ...]]:
    """The commands of a message joined by semicolons, each as it may be meant.

    A header without a leading colon is looked for below that of the command before it, and
    then from the root.
    """
    path = ""
    for unit in filter(None, (part.strip() for part in message.split(";"))):
        if unit.startswith((":", "*")) or not path:
            yield (unit,)
        else:
            yield f"{path}:{unit}", unit
        header = unit.split(maxsplit=1)[0].removeprefix(":")
        if not unit.startswith("*"):
            below = header.rpartition(":")[0]
            path = below if unit.startswith(":") or not path else f"{path}:{below}".rstrip(":")


class ErrorQueue:
    """Errors, first in first out; when it is full the last one becomes ``overflow``."""

    def __init__(self, length: int, overflow: str, nothing: str) -> None:
        self._length = length
        self._overflow = overflow
        self._nothing = nothing
        self._errors: deque[str] = deque()

    def push(self, error: str) -> None:
        """Put in an error."""
        if len(self._errors) < self._length:
            self._errors.append(error)
        else:
            self._errors[-1] = self._overflow

    def pop(self) -> str:
        """Take out the oldest; the words for no error when there is none."""
        return self._errors.popleft() if self._errors else self._nothing

    def clear(self) -> None:
        """Forget all."""
        self._errors.clear()
