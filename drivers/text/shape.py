"""How replies lie in the stream of characters, and what they say."""

import re
from collections.abc import Mapping

import msgspec

from drivers.model import Status
from drivers.text.checksum import Checksum

SHOWN = 80
"""Characters of an unexpected reply that an error shows."""


class Form(msgspec.Struct, frozen=True):
    """One form of the reply: a pattern for the whole of it, and its status if it has no values."""

    pattern: re.Pattern[str]
    status: Status | None


class Answer(msgspec.Struct, frozen=True):
    """A recognised reply: its fields, or the status it stands for.

    ``time`` as in ``Reply``; 0 where it was not measured in this scan. ``late``: it was read so
    late that its time is in doubt.
    """

    text: str
    fields: Mapping[str, str | None]
    status: Status | None
    time: int = 0
    late: bool = False


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply looks like: how to cut it out, clean it and recognise it.

    ``limit`` is the most characters of the reply, ``length`` their exact number where there is no
    ``terminator``. ``foreign`` are the same forms with any address.
    """

    forms: tuple[Form, ...]
    foreign: tuple[re.Pattern[str], ...]
    terminator: bytes
    length: int | None
    limit: int
    lines: int
    encoding: str
    prompt: bytes
    echo: bytes
    checksum: Checksum | None

    @property
    def longest(self) -> int:
        """Characters that may come before the reply is complete, the echo included."""
        sum_ = self.checksum.width if self.checksum else 0
        around = len(self.echo) + len(self.prompt) + len(self.terminator) + sum_
        return (self.length or self.limit) + around

    def cut(self, buffer: bytes | bytearray, start: int) -> tuple[bytes, bytes, int] | None:
        """The next line (or block of fixed length), what follows its terminator, and the end."""
        block = start + (self.length or 0)
        end = buffer.find(self.terminator, start) if self.terminator else block
        after = end + len(self.terminator)
        last = after + (self.checksum.outside if self.checksum else 0)
        if end < 0 or last > len(buffer):
            return None
        return bytes(buffer[start:end]), bytes(buffer[after:last]), last

    def clean(self, line: bytes, after: bytes = b"") -> str:
        """The line without what is not part of the reply; empty when nothing is left.

        Raises:
            ChecksumError: the checksum is wrong.
        """
        line = self.bare(line)
        if line and self.checksum:
            line = self.checksum.open(line, self.terminator, after)
        text = line.decode(self.encoding, errors="replace")
        return text.rstrip() if self.terminator else text

    def bare(self, line: bytes) -> bytes:
        """The line without prompt, echo, line ends, and blanks at its end."""
        if not self.terminator:
            return line
        line = self._without_prompt(line)
        if self.echo and line.startswith(self.echo):
            line = self._without_prompt(line[len(self.echo) :])
        binary = self.checksum and self.checksum.binary and not self.checksum.outside
        return line if binary else line.rstrip()

    def _without_prompt(self, line: bytes) -> bytes:
        line = line.lstrip(b"\r\n\0")
        while self.prompt and line.startswith(self.prompt):
            line = line[len(self.prompt) :].lstrip(b"\r\n\0 ")
        return line

    def match(self, text: str) -> Answer | None:
        """What a cleaned line says; None when it has none of the forms."""
        if len(text) > self.limit:
            return None
        for form in self.forms:
            match = form.pattern.fullmatch(text)
            if match:
                return Answer(text, match.groupdict(), form.status)
        return None

    def is_foreign(self, text: str) -> bool:
        """True for a line with one of the forms, but the address of another instrument."""
        return len(text) <= self.limit and any(p.fullmatch(text) for p in self.foreign)


def silent(status: Status, time: int) -> Answer:
    """What silence says where it stands for something."""
    return Answer("", {}, status, time)


def show(heard: str | bytes) -> str:
    """What was heard, made printable and cut."""
    text = heard.decode("latin-1") if isinstance(heard, bytes) else heard
    return repr(text[:SHOWN]) + ("..." if len(text) > SHOWN else "")
