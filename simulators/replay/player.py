"""Finds in a script what answers the requests that come. Pure: bytes in, cues out."""

from collections.abc import Iterator, Sequence

import msgspec

from simulators.replay.script import TRANSACTION, Cue, Exchange, Script, renumbered


class Surprise(msgspec.Struct, frozen=True):
    """A request the script does not have (at this place); ``expected`` is None when lenient."""

    came: bytes
    expected: bytes | None = None

    def __str__(self) -> str:
        if self.expected is None:
            return f"not in the recording: {show(self.came)}"
        return f"expected {show(self.expected) or 'nothing more'}, came {show(self.came)}"


class Player:
    """The memory of a play: what has been asked so far.

    Lenient: each request has its answers in turn, the last again and again. Strict: the requests
    must be those of the script, in its order; after the first that is not there are no answers.
    """

    def __init__(self, script: Script, *, strict: bool = False) -> None:
        self.strict = strict
        self.asked = 0
        """Requests that were answered as the script has it."""
        self.surprises: list[Surprise] = []
        self.script = script
        self._turns: dict[bytes, list[Exchange]] = {}
        for exchange in script.exchanges:
            self._turns.setdefault(self._key(exchange.request), []).append(exchange)
        self._count: dict[bytes, int] = {}
        self._greeted = 0

    @property
    def left(self) -> int:
        """Exchanges of the script that have not been played; of a lenient play at least."""
        return max(0, len(self.script.exchanges) - self.asked)

    @property
    def complete(self) -> bool:
        """True when everything was played and nothing else was asked."""
        return not self.left and not self.surprises

    def greet(self) -> tuple[Cue, ...]:
        """What is sent to somebody who opens the port."""
        greetings = self.script.greetings
        if not greetings:
            return ()
        self._greeted += 1
        return greetings[min(self._greeted, len(greetings)) - 1]

    def candidates(self) -> Sequence[bytes]:
        """The requests that may come now, without their transaction numbers."""
        if not self.strict:
            return tuple(self._turns)
        if self.surprises or self.asked >= len(self.script.exchanges):
            return ()
        return (self._key(self.script.exchanges[self.asked].request),)

    def answer(self, request: bytes) -> tuple[Cue, ...]:
        """The cues for a request that is a candidate."""
        exchange = self._next(self._key(request))
        self.asked += 1
        return renumbered(exchange, request) if self.script.numbered else exchange.cues

    def surprised(self, came: bytes) -> Surprise | None:
        """Take note of what is no candidate; None when a strict play had ended before."""
        if self.strict and self.surprises:
            return None
        expected = next(iter(self.candidates()), b"") if self.strict else None
        self.surprises.append(Surprise(came, expected))
        return self.surprises[-1]

    def find(self, heard: bytes, *, silent: bool) -> bytes | None:
        """The request that ``heard`` begins with; empty while more must come, None: no request.

        ``silent``: nothing more has come for a while, so what could go on is taken as it is.
        """
        if self.script.numbered and len(heard) < TRANSACTION:
            return None if silent else b""
        key = self._key(heard)
        sizes = [len(each) for each in self.candidates() if key.startswith(each)]
        unfinished = any(
            each.startswith(key) and len(each) > len(key) for each in self.candidates()
        )
        if unfinished and not silent:
            return b""
        return heard[: max(sizes)] if sizes else None

    def _next(self, key: bytes) -> Exchange:
        if self.strict:
            return self.script.exchanges[self.asked]
        turns, count = self._turns[key], self._count.get(key, 0)
        self._count[key] = count + 1
        return turns[min(count, len(turns) - 1)]

    def _key(self, request: bytes) -> bytes:
        if self.script.numbered:
            return bytes(TRANSACTION) + request[TRANSACTION:]
        return request


class Ear:
    """Finds the answers to what one client says, whatever pieces it comes in."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._heard: bytes = b""

    @property
    def pending(self) -> bool:
        """True while something heard is no whole request."""
        return bool(self._heard)

    def hear(self, data: bytes) -> Iterator[tuple[Cue, ...] | Surprise]:
        """Take bytes; the cues of requests that are complete with them, and what is none."""
        self._heard += data
        return self._take(silent=False)

    def silence(self) -> Iterator[tuple[Cue, ...] | Surprise]:
        """Nothing has come for a while: what was heard is a request now, or it is none."""
        return self._take(silent=True)

    def _take(self, *, silent: bool) -> Iterator[tuple[Cue, ...] | Surprise]:
        while self._heard:
            request = self._player.find(self._heard, silent=silent)
            if request == b"":
                return
            came, self._heard = self._heard, b""
            if request is None:
                if surprise := self._player.surprised(came):
                    yield surprise
                return
            self._heard = came[len(request) :]
            yield self._player.answer(request)


def show(data: bytes) -> str:
    """Bytes for people: as text where they are text, otherwise as hex pairs."""
    text = data.decode("ascii", "backslashreplace")
    plain = all(character.isprintable() or character in "\r\n\t\x1b\x05" for character in text)
    return repr(text) if data and plain else data.hex(" ")
