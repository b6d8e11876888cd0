"""Finds the reply to a request in the stream of characters."""

from collections.abc import Mapping

import msgspec

from drivers.errors import DriverError, ReplyError, ReplyTimeoutError
from drivers.model import Status
from drivers.text.request import Request

SHOWN = 80
"""Characters of an unexpected reply that an error shows."""


class Answer(msgspec.Struct, frozen=True):
    """A recognised reply: its fields, or the status it stands for. ``time`` as in ``Reply``."""

    text: str
    fields: Mapping[str, str | None]
    status: Status | None
    time: int = 0


class ReplyFinder:
    """Recognises the reply to one request (``Expected`` of ``drivers.transport.link``).

    Whatever else comes first is an error; with ``skip`` it is passed over, which is safe only for
    a request whose reply looks like no other. Made anew for each exchange.
    """

    def __init__(self, request: Request, *, skip: bool = False) -> None:
        self.answer: Answer | None = None
        self._request = request
        self._skip = skip
        self._position = 0
        self._lines: list[str] = []

    @property
    def length(self) -> int:
        """The most characters that may come."""
        return self._request.longest

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """Start and end of the reply; None while more is needed.

        Raises:
            ReplyError: what came can never become an answer.
        """
        while (raw := self._cut(buffer)) is not None:
            text = self._clean(raw)
            if text and self._recognise(text):
                return 0, self._position
        return None

    def explain(self, buffer: bytes) -> DriverError:
        """The error for a deadline: silence is a timeout, anything else an unexpected reply."""
        request = self._request
        rest = self._clean(buffer[self._position :])
        if not self._lines and not rest:
            return ReplyTimeoutError(f"{request.name}: no reply to {request.command!r}")
        heard = "\n".join([*self._lines, rest] if rest else self._lines)
        return ReplyError(f"{request.name}: no valid reply to {request.command!r}: {show(heard)}")

    def _cut(self, buffer: bytearray) -> bytes | None:
        """The next line, or block of fixed length, without its terminator."""
        start, request = self._position, self._request
        if request.terminator:
            end = buffer.find(request.terminator, start)
        else:
            end = start + (request.length or 0)
        if end < 0 or end > len(buffer):
            self._bound(len(buffer) - start, buffer)
            return None
        self._position = end + len(request.terminator)
        return bytes(buffer[start:end])

    def _bound(self, waiting: int, buffer: bytearray) -> None:
        if waiting > self._request.longest and not self._skip:
            heard = bytes(buffer[self._position :])
            raise ReplyError(
                f"{self._request.name}: no end of reply within {waiting} characters: {show(heard)}"
            )

    def _clean(self, raw: bytes) -> str:
        """The line without what is not part of the reply: prompt, echo, blanks at its end."""
        text = raw.decode(self._request.encoding, errors="replace")
        if not self._request.terminator:
            return text
        text = self._without_prompt(text)
        if self._request.echo and text.startswith(self._request.echo):
            text = self._without_prompt(text[len(self._request.echo) :])
        return text.rstrip()

    def _without_prompt(self, text: str) -> str:
        text = text.lstrip("\r\n\0")
        prompt = self._request.prompt
        while prompt and text.startswith(prompt):
            text = text[len(prompt) :].lstrip("\r\n\0 ")
        return text

    def _recognise(self, text: str) -> bool:
        """Take one more line; True when the last ones are the reply."""
        lines, most = self._lines, self._request.lines
        lines.append(text)
        counts = range(1, min(len(lines), most) + 1) if self._skip else (len(lines),)
        if any(self._match("\n".join(lines[-count:])) for count in counts):
            return True
        if self._skip:
            del lines[:-most]
        elif len(lines) >= most:
            raise ReplyError(f"{self._request.name}: unexpected reply {show(chr(10).join(lines))}")
        return False

    def _match(self, text: str) -> bool:
        if len(text) > self._request.limit:
            return False
        for form in self._request.forms:
            match = form.pattern.fullmatch(text)
            if match:
                self.answer = Answer(text, match.groupdict(), form.status)
                return True
        return False


def show(heard: str | bytes) -> str:
    """What was heard, made printable and cut."""
    text = heard.decode("latin-1") if isinstance(heard, bytes) else heard
    return repr(text[:SHOWN]) + ("..." if len(text) > SHOWN else "")
