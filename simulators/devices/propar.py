"""ProPar messages: reads and writes of parameters, chained by process and parameter. No I/O.

Source: Bronkhorst, "RS232 interface", document 9.17.027: page 12 (ASCII frame, error message),
page 16 (status message and its codes), pages 22 to 25 (examples: a chained write and its answer,
":06030401210121", a request for six parameters in three processes and its answer). Which receive
error has which of the codes 1 to 5 is from memory of the same document.
"""

import struct
from enum import IntEnum
from typing import TypeAlias

import msgspec

STATUS, WRITE, WRITE_SILENTLY, READ = 0, 1, 2, 4
CHAINED = 0x80
KIND = 0x60
NUMBER = 0x1F
PROCESS = 0x7F
INT8, INT16, INT32, STRING = 0x00, 0x20, 0x40, 0x60
"""Types on the wire; INT32 carries floats as well."""
SIZES = {INT8: 1, INT16: 2, INT32: 4}
NO_COLON, BAD_LENGTH, WRONG_LENGTH, BAD_DATA = 1, 2, 3, 4
"""Codes of the error message."""
LONGEST = 255

Data: TypeAlias = int | float | str


class Status(IntEnum):
    """What a status message may say, as far as an instrument says it itself."""

    OK = 0x00
    COMMAND = 0x02
    PROCESS = 0x03
    PARAMETER = 0x04
    TYPE = 0x05
    VALUE = 0x06
    READ_ONLY = 0x0D
    WRITE_ONLY = 0x11
    PROTOCOL = 0x22


class MessageError(Exception):
    """A message that cannot be carried out: the status, and where in the data it applies."""

    def __init__(self, status: Status, place: int) -> None:
        super().__init__(status.name)
        self.status = status
        self.place = place


class Wanted(msgspec.Struct, frozen=True):
    """A parameter that is read: where it is, and how the answer calls it."""

    place: int
    process: int
    parameter: int
    kind: int
    length: int
    heading: bytes
    """What stands before its value in the answer: the process where it changes, the index."""


class Written(msgspec.Struct, frozen=True):
    """A parameter that is written."""

    place: int
    process: int
    parameter: int
    kind: int
    raw: bytes


class Reader:
    """Takes bytes off a message one after another.

    Its methods raise MessageError with Status.PROTOCOL where the message ends too soon.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 1  # the command is at 0

    @property
    def more(self) -> bool:
        """True while there are bytes left."""
        return self.place < len(self._data)

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        taken = self._data[self.place : self.place + count]
        if len(taken) < count:
            raise MessageError(Status.PROTOCOL, self.place)
        self.place += count
        return taken

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def text(self) -> bytes:
        """The next string: its length and so many characters, or characters up to a zero."""
        length = self.byte()
        if length:
            return self.take(length)
        end = self._data.find(0, self.place)
        if end < 0:
            raise MessageError(Status.PROTOCOL, self.place)
        taken = self.take(end - self.place)
        self.byte()
        return taken


def parse_read(data: bytes) -> list[Wanted]:
    """The parameters a request asks for.

    Raises:
        MessageError: the message is cut off.
    """
    reader, found = Reader(data), list[Wanted]()
    chained = True
    while chained and reader.more:
        heading = reader.take(1)
        chained, more = bool(heading[0] & CHAINED), True
        while more:
            place = reader.place
            index = reader.byte()
            more = bool(index & CHAINED)
            process, parameter = reader.byte() & PROCESS, reader.byte()
            length = reader.byte() if parameter & KIND == STRING else 0
            kind, number = parameter & KIND, parameter & NUMBER
            heading += bytes([index])
            found.append(Wanted(place, process, number, kind, length, heading))
            heading = b""
    return found


def parse_write(data: bytes) -> list[Written]:
    """The parameters a message writes.

    Raises:
        MessageError: the message is cut off.
    """
    reader, found = Reader(data), list[Written]()
    chained = True
    while chained and reader.more:
        process = reader.byte()
        chained, more = bool(process & CHAINED), True
        while more:
            place, parameter = reader.place, reader.byte()
            more, kind = bool(parameter & CHAINED), parameter & KIND
            raw = reader.text() if kind == STRING else reader.take(SIZES[kind])
            found.append(Written(place, process & PROCESS, parameter & NUMBER, kind, raw))
    return found


def encode(value: Data, kind: int, length: int) -> bytes:
    """A value as it stands in an answer."""
    if kind == STRING:
        text = str(value).encode("latin-1")
        return bytes([length]) + (text[:length].ljust(length) if length else text + b"\0")
    if isinstance(value, float):
        return struct.pack(">f", value)
    size = SIZES[kind]
    return (int(value) % (1 << 8 * size)).to_bytes(size, "big")


def decode(raw: bytes, kind: int, *, as_float: bool) -> Data:
    """A value as it was written."""
    if kind == STRING:
        return raw.decode("latin-1").rstrip("\0 ")
    if as_float:
        value: float = struct.unpack(">f", raw)[0]
        return value
    return int.from_bytes(raw, "big")


def unpack(line: str) -> tuple[int, bytes] | int:
    """The node and the data of an ASCII message; or the code of an error message."""
    if not line.startswith(":"):
        return NO_COLON
    try:
        length = int.from_bytes(bytes.fromhex(line[1:3]), "big")
    except ValueError:
        return BAD_LENGTH
    try:
        body = bytes.fromhex(line[3:])
    except ValueError:
        return BAD_DATA
    if " " in line or length < 2 or len(body) != length:  # noqa: PLR2004 - a node and a command at least
        return WRONG_LENGTH
    return body[0], body[1:]


def pack(node: int, data: bytes) -> bytes:
    """An ASCII message."""
    body = bytes([node]) + data
    return f":{len(body):02X}{body.hex().upper()}\r\n".encode("ascii")


def error_message(code: int) -> bytes:
    """The special message by which a receiver tells of an error of transmission."""
    return f":01{code:02X}\r\n".encode("ascii")
