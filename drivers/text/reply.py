"""Finds the reply to a request in the stream of characters."""

from drivers.errors import (
    ChecksumError,
    DriverError,
    ForeignReplyError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.text.request import Request
from drivers.text.shape import Answer, show


class ReplyFinder:
    """Recognises the reply to one request (``Expected`` of ``drivers.transport.link``).

    Whatever else comes first is an error; with ``skip`` it is passed over, which is safe only for
    a request whose reply looks like no other. Made anew for each exchange.
    """

    def __init__(self, request: Request, *, skip: bool = False) -> None:
        self.answer: Answer | None = None
        self._request = request
        self._shape = request.shape
        self._skip = skip
        self._position = 0
        self._lines: list[str] = []

    @property
    def length(self) -> int:
        """The most characters that may come."""
        return self._shape.longest

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """Start and end of the reply; None while more is needed.

        Raises:
            ReplyError: what came can never become an answer.
        """
        while (found := self._shape.cut(buffer, self._position)) is not None:
            line, after, self._position = found
            text = self._clean(line, after)
            if text and self._recognise(text):
                return 0, self._position
        self._bound(buffer)
        return None

    def explain(self, buffer: bytes) -> DriverError:
        """The error for a deadline: silence is a timeout, anything else an unexpected reply."""
        request = self._request
        rest = self._shape.bare(buffer[self._position :]).decode("latin-1")
        if not self._lines and not rest:
            return ReplyTimeoutError(f"{request.name}: no reply to {request.command!r}")
        heard = "\n".join([*self._lines, rest] if rest else self._lines)
        return ReplyError(f"{request.name}: no valid reply to {request.command!r}: {show(heard)}")

    def _clean(self, line: bytes, after: bytes) -> str:
        try:
            return self._shape.clean(line, after)
        except ChecksumError as error:
            if not self._skip:
                raise ChecksumError(f"{self._request.name}: {error}") from error
            return ""

    def _bound(self, buffer: bytearray) -> None:
        waiting = len(buffer) - self._position
        if waiting > self._shape.longest and not self._skip:
            heard = bytes(buffer[self._position :])
            raise ReplyError(
                f"{self._request.name}: no end of reply within {waiting} characters: {show(heard)}"
            )

    def _recognise(self, text: str) -> bool:
        """Take one more line; True when the last ones are the reply."""
        lines, most = self._lines, self._shape.lines
        lines.append(text)
        counts = range(1, min(len(lines), most) + 1) if self._skip else (len(lines),)
        if any(self._match("\n".join(lines[-count:])) for count in counts):
            return True
        if self._skip:
            del lines[:-most]
        elif len(lines) >= most:
            raise self._unexpected("\n".join(lines))
        return False

    def _match(self, text: str) -> bool:
        self.answer = self._shape.match(text)
        return self.answer is not None

    def _unexpected(self, text: str) -> ReplyError:
        if self._shape.is_foreign(text):
            return ForeignReplyError(f"{self._request.name}: another unit answers: {show(text)}")
        return ReplyError(f"{self._request.name}: unexpected reply {show(text)}")
