"""Listens to what an instrument says unasked, and keeps it until somebody reads it."""

import asyncio
import math
from collections import deque
from collections.abc import Sequence

import msgspec

from drivers.errors import ChecksumError, ReplyError
from drivers.text.request import Source
from drivers.text.shape import Answer, show
from drivers.transport.reply import Arrival

PAUSE = 0.2
"""Seconds. What comes after such a pause is the beginning of a line."""

KEPT = 100
"""Lines of a key-driven stream that wait to be read; the oldest are lost."""


class Line(msgspec.Struct, frozen=True):
    """A line of a stream: its number and what it says.

    ``earliest`` is when it came, or may have come where that is in doubt (event loop's clock).
    """

    number: int
    earliest: float
    outcome: Answer | ReplyError


class Ear:
    """Hears the streams of one instrument (``Listener`` of ``drivers.transport.link``).

    Nothing is believed before the first end of a line, or a pause: listening may begin within a
    line, and the rest of a number is a number. Of a stream that does not cease the newest line is
    kept, of one that is driven by a key the last ``KEPT``.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self.number = 0
        self._sources = sources
        self._kept: dict[str, deque[Line]] = {
            source.name: deque(maxlen=1 if source.silence is None else KEPT) for source in sources
        }
        self._buffer = bytearray()
        self._whole = False
        self._doubt = 0.0
        self._trouble = (-math.inf, ReplyError("nothing heard"))

    def restart(self) -> None:
        """Begin anew, on a line that may be within a line of text."""
        self._buffer.clear()
        self._whole = False
        self._doubt = 0.0

    def hear(self, data: bytes, arrival: Arrival) -> bool:
        """See ``Listener``."""
        if arrival.pause > PAUSE and not (self._whole and self._buffer):
            self.restart()
            self._whole = True
        self._buffer += data
        # Of what waited too long, the operating system may have lost some: the line that goes on
        # after it may be two halves.
        self._doubt = max(self._doubt, arrival.doubt)
        shape, position, before = self._sources[0].shape, 0, self.number
        while (found := shape.cut(self._buffer, position)) is not None:
            line, after, position = found
            if self._whole:
                self._note(line, after, arrival.time)
            self._whole = True
            self._doubt = arrival.doubt
        del self._buffer[:position]
        self._bound()
        return self.number > before

    def take(self, source: Source, after: int) -> Line | None:
        """The next line to report, of those beyond the number ``after``."""
        now = asyncio.get_running_loop().time()
        for line in self._kept[source.name]:
            fresh = source.silence is not None or now - line.earliest <= source.stale
            if line.number > after and fresh:
                return line
        return None

    def trouble(self, since: float) -> ReplyError | None:
        """The last line since then (event loop's clock) that no stream knows."""
        at, error = self._trouble
        return error if at >= since else None

    def _note(self, line: bytes, after: bytes, time: int) -> None:
        """Give a line to the first stream that knows it."""
        try:
            texts = [source.shape.clean(line, after) for source in self._sources]
        except ChecksumError as error:
            self._refuse(error)
            return
        pairs = list(zip(self._sources, texts, strict=True))
        for source, text in pairs:
            answer = source.shape.match(text)
            if answer is not None:
                late = self._doubt > 0
                self._keep(source, msgspec.structs.replace(answer, time=time, late=late))
                return
        if texts[0] and not any(source.ignores(text) for source, text in pairs):
            self._refuse(ReplyError(f"unexpected line {show(texts[0])}"))

    def _keep(self, source: Source, outcome: Answer | ReplyError) -> None:
        self.number += 1
        earliest = asyncio.get_running_loop().time() - 2 * self._doubt
        self._kept[source.name].append(Line(self.number, earliest, outcome))

    def _refuse(self, error: ReplyError) -> None:
        """A line nobody knows; where each line counts it is reported as one."""
        self._trouble = (asyncio.get_running_loop().time(), error)
        for source in self._sources:
            if source.silence is not None:
                self._keep(source, error)

    def _bound(self) -> None:
        limit = max(source.shape.longest for source in self._sources)
        if len(self._buffer) > limit:
            heard = show(bytes(self._buffer))
            self.restart()
            self._refuse(ReplyError(f"no end of line within {limit} characters: {heard}"))
