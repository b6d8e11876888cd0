"""The lines of a recording, as ``docs/reference/recording-file.md`` defines them. Plain data."""

from typing import Literal, TypeAlias

import msgspec

Framing: TypeAlias = Literal["text", "rtu", "tcp", "binary"]
"""What is spoken on a bus; ``tcp`` is Modbus TCP with its header."""

FORMAT = "lab-daq-recording"
VERSION = 1


class LineSettings(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How the line was set: a serial port, or the ``host:port`` of a TCP connection."""

    port: str = ""
    baud: int = 0
    data_bits: int = 0
    parity: str = ""
    stop_bits: int = 0
    address: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Which bus a recording is of, what is spoken on it, and how its line is set."""

    bus: str
    framing: Framing
    line: LineSettings


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file. ``started`` is ns since 1970 UTC when ``t`` is 0."""

    format: str = FORMAT
    version: int = VERSION
    bus: str
    framing: Framing
    started: int
    line: LineSettings
    dropped: int = 0


class Piece(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """Traffic (``dir``, ``hex``) or something that happened to the line (``event``, ``text``).

    ``t`` is nanoseconds on a steady clock: in a ring of that clock, in a file since the header's
    ``started``. ``dir`` is ``tx`` for what was sent, ``rx`` for what was received.
    """

    t: int
    dir: str = ""
    hex: str = ""
    event: str = ""
    text: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some pieces of a ring, oldest first.

    ``after`` asks for what follows them, ``more`` is true when there is more already, ``dropped``
    counts pieces that should have come before the first but had been given up. ``clock`` and
    ``wall`` are one moment on the pieces' clock and by time of day (ns since 1970 UTC).
    """

    clock: int
    wall: int
    pieces: tuple[Piece, ...]
    after: int
    more: bool
    dropped: int
