"""A query made ready for the line: bytes to send, patterns to expect."""

import re

import msgspec

from drivers.driver import Exchange
from drivers.errors import ProfileError
from drivers.model import Status
from drivers.text.keys import ADDRESS, Line, Query, StatusRule


class Form(msgspec.Struct, frozen=True):
    """One form of the reply: a pattern for the whole of it, and its status if it has no values."""

    pattern: re.Pattern[str]
    status: Status | None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A query of an instrument at its address.

    ``limit`` is the most characters of the reply, ``length`` its exact number where it has no
    ``terminator``; ``rest`` is seconds of silence after the reply, ``turnaround`` before it.
    """

    name: str
    command: str
    data: bytes
    forms: tuple[Form, ...]
    terminator: bytes
    length: int | None
    limit: int
    lines: int
    encoding: str
    prompt: str
    echo: str
    timeout: float | None
    turnaround: float
    settle: float
    rest: float
    status: tuple[StatusRule, ...]

    @property
    def longest(self) -> int:
        """Characters that may come before the reply is complete, the echo included."""
        return (
            (self.length or self.limit) + len(self.echo) + len(self.prompt) + len(self.terminator)
        )

    @property
    def exchange(self) -> Exchange:
        """What this costs on the line, for planning."""
        return Exchange(len(self.data), self.longest, self.turnaround + self.rest)


def make_request(name: str, query: Query, line: Line, address: str) -> Request:
    """Put a query, the line's habits and the address together.

    Raises:
        ProfileError: the command cannot be encoded, or a pattern is wrong with this address.
    """
    command = query.send.replace(ADDRESS, address)
    try:
        patterns = query.patterns(address)
    except ValueError as error:
        raise ProfileError(f"query.{name}: {error}") from error
    return Request(
        name=name,
        command=command,
        data=encode(command + _either(query.send_terminator, line.send_terminator), line),
        forms=tuple(
            Form(pattern, form.status) for pattern, form in zip(patterns, query.reply, strict=True)
        ),
        terminator=encode(_either(query.reply_terminator, line.reply_terminator), line),
        length=query.length,
        limit=query.reply_length,
        lines=query.lines,
        encoding=line.encoding,
        prompt=line.prompt,
        echo=command if line.echo else "",
        timeout=query.timeout,
        turnaround=query.turnaround,
        settle=query.settle,
        rest=line.read_delay,
        status=query.status,
    )


def encode(text: str, line: Line) -> bytes:
    """The bytes of a command.

    Raises:
        ProfileError: it has characters the encoding lacks.
    """
    try:
        return text.encode(line.encoding)
    except UnicodeEncodeError as error:
        raise ProfileError(f"text.encoding: {text!r}: {error}") from error


def _either(own: str | None, common: str) -> str:
    return common if own is None else own
