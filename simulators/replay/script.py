"""What is to be done to play a recording: greetings, and exchanges. Pure."""

from collections.abc import Sequence

import msgspec

from simulators.replay.recording import Entry, Recording

OPENED, LOST = "opened", "lost"
NS = 1e9
TRANSACTION = 2
"""Bytes of the transaction number a Modbus TCP frame begins with."""
MBAP_LENGTH = 6
"""Bytes up to and with the length of what follows."""


class Cue(msgspec.Struct, frozen=True):
    """Bytes to send, or (None) the connection to break, ``delay`` seconds after its occasion."""

    delay: float
    data: bytes | None


class Exchange(msgspec.Struct, frozen=True):
    """A request, and what came after it until the next."""

    request: bytes
    cues: tuple[Cue, ...]


class Script(msgspec.Struct, frozen=True):
    """A recording as a play.

    ``greetings`` are what is sent when a client opens the port, the first time, the second
    time ...; ``numbered`` says that requests begin with a transaction number (Modbus TCP).
    """

    greetings: tuple[tuple[Cue, ...], ...]
    exchanges: tuple[Exchange, ...]
    numbered: bool


class _Scene:
    """A request or an opening of the port, and what followed."""

    def __init__(self, began: int, request: bytes | None) -> None:
        self.began = began
        self.request = request
        self.cues: list[Cue] = []

    def add(self, entry: Entry) -> None:
        delay = (entry.t - self.began) / NS
        self.cues.append(Cue(delay, entry.data if entry.dir else None))


def write_script(recording: Recording) -> Script:
    """Turn a recording into a script."""
    scenes = _scenes(recording.entries)
    return Script(
        tuple(tuple(scene.cues) for scene in scenes if scene.request is None),
        tuple(Exchange(s.request, tuple(s.cues)) for s in scenes if s.request is not None),
        recording.header.framing == "tcp",
    )


def _scenes(entries: Sequence[Entry]) -> list[_Scene]:
    # A ring may begin in the middle of a connection; a file begins with its opening.
    opens = bool(entries) and entries[0].event == OPENED
    scenes = [] if opens else [_Scene(0, None)]
    for entry in entries:
        if entry.dir == "tx":
            scenes.append(_Scene(entry.t, entry.data))
        elif entry.event == OPENED:
            scenes.append(_Scene(entry.t, None))
        elif entry.dir == "rx" or entry.event == LOST:
            scenes[-1].add(entry)
    return scenes


def renumbered(exchange: Exchange, request: bytes) -> tuple[Cue, ...]:
    """The cues of a Modbus TCP exchange, with transaction numbers moved as the request's was.

    A number that was another one than the request's stays as far from it.
    """
    moved = _number(request) - _number(exchange.request)
    stream = bytearray(b"".join(cue.data or b"" for cue in exchange.cues))
    position = 0
    while position + MBAP_LENGTH <= len(stream):
        number = (_number(stream[position:]) + moved) & 0xFFFF
        stream[position : position + TRANSACTION] = number.to_bytes(TRANSACTION, "big")
        length = int.from_bytes(stream[position + MBAP_LENGTH - 2 : position + MBAP_LENGTH], "big")
        position += MBAP_LENGTH + length
    return tuple(_cut(exchange.cues, bytes(stream)))


def _cut(cues: Sequence[Cue], stream: bytes) -> list[Cue]:
    """The cues with the bytes of a stream in place of their own."""
    cut: list[Cue] = []
    for cue in cues:
        size = len(cue.data or b"")
        cut.append(cue if cue.data is None else Cue(cue.delay, stream[:size]))
        stream = stream[size:]
    return cut


def _number(frame: bytes | bytearray) -> int:
    return int.from_bytes(frame[:TRANSACTION], "big")
