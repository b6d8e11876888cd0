"""Reads the file of a recording, as ``docs/reference/recording-file.md`` defines it."""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from simulators.errors import UNREADABLE, RecordingError
from simulators.faults import Framing
from simulators.files import read_bounded

T = TypeVar("T")
VERSION = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of a file; a day of a busy line has a tenth of it."""


class Line(msgspec.Struct, frozen=True):
    """How the line was set: a serial port, or the ``host:port`` of a TCP connection."""

    port: str = ""
    baud: int = 0
    data_bits: int = 0
    parity: str = ""
    stop_bits: int = 0
    address: str = ""


class Header(msgspec.Struct, frozen=True):
    """The first line; ``started`` is when ``t`` is 0, ns since 1970 UTC."""

    format: Literal["lab-daq-recording"]
    version: int
    bus: str
    framing: Framing
    started: int
    line: Line
    dropped: int = 0


class Entry(msgspec.Struct, frozen=True):
    """A piece of traffic (``dir`` is ``tx`` or ``rx``), or a happening (``event``).

    ``t`` is ns since the header's ``started``.
    """

    t: int
    dir: Literal["", "tx", "rx"] = ""
    hex: str = ""
    event: str = ""
    text: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of a piece."""
        return bytes.fromhex(self.hex)


class Recording(msgspec.Struct, frozen=True):
    """What went over one line."""

    header: Header
    entries: tuple[Entry, ...]


def read_recording(path: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: it cannot be read, or is none; the text names file and line.
    """
    try:
        content = read_bounded(path, LARGEST)
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror}") from error
    return parse_recording(content, str(path))


def parse_recording(text: bytes, source: str = "recording") -> Recording:
    """The same for the contents of a file; a last line that is cut short is passed over.

    Raises:
        RecordingError: they are no recording.
    """
    lines = text.split(b"\n")
    whole = lines[:-1]
    if not whole:
        raise RecordingError(f"{source}: no recording: there is no header")
    header = _decode(whole[0], Header, f"{source}:1")
    if header.version != VERSION:
        raise RecordingError(f"{source}:1: version {header.version}; this reads {VERSION}")
    entries: list[Entry] = []
    for number, line in enumerate(whole[1:], start=2):
        where = f"{source}:{number}"
        entry = _checked(_decode(line, Entry, where), where)
        before = entries[-1].t if entries else 0
        if entry.t < before:
            raise RecordingError(f"{where}: t goes back from {before} to {entry.t}")
        entries.append(entry)
    return Recording(header, tuple(entries))


def _decode(line: bytes, kind: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except UnicodeDecodeError as error:
        raise RecordingError(f"{where}: not UTF-8") from error
    except UNREADABLE as error:
        raise RecordingError(f"{where}: {error}") from error


def _checked(entry: Entry, where: str) -> Entry:
    if bool(entry.dir) == bool(entry.event):
        raise RecordingError(f"{where}: either a piece (dir, hex) or a happening (event)")
    try:
        empty = bool(entry.dir) and not entry.data
    except ValueError:
        raise RecordingError(f"{where}: hex is no hexadecimal digits: {entry.hex!r}") from None
    if empty:
        raise RecordingError(f"{where}: a piece has at least one byte")
    return entry
