from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ChecksumError, DriverError, ReplyError
from drivers.text.ask import Query
from drivers.text.checksum import Checksum
from drivers.text.keys import Line
from drivers.text.reply import ReplyFinder
from drivers.text.request import Request, Speaker

ALGORITHMS = {
    "sum8": b"DD",
    "sum16": b"01DD",
    "negated-sum8": b"23",
    "inverted-sum8": b"22",
    "xor8": b"31",
    "crc8": b"F4",
    "crc16-modbus": b"4B37",
    "crc16-arc": b"BB3D",
    "crc16-ccitt-false": b"29B1",
    "crc16-xmodem": b"31C3",
    "crc16-kermit": b"2189",
    "crc32": b"CBF43926",
}
"""Of the digits 1 to 9: the check values of the catalogue of CRC algorithms."""

ENCODINGS = ["hex", "hex-lower", "decimal", "big", "little"]


def checksum(**keys: object) -> Checksum:
    return Checksum.model_validate({"algorithm": "sum8", **keys})


@pytest.mark.parametrize(("algorithm", "expected"), ALGORITHMS.items())
def test_check_values(algorithm: str, expected: bytes) -> None:
    assert checksum(algorithm=algorithm).of(b"123456789") == expected


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("hex", b"21 89"),
        ("hex-lower", b"21 89"),
        ("decimal", b"08585"),
        ("big", b"\x21\x89"),
        ("little", b"\x89\x21"),
    ],
)
def test_encodings(encoding: str, expected: bytes) -> None:
    of = checksum(algorithm="crc16-kermit", encoding=encoding).of(b"123456789")
    assert of == expected.replace(b" ", b"")


def test_known_frames() -> None:
    temi = checksum(skip=1)
    assert temi.seal(b"\x0201RRD,02,0001,0002", b"\r\n") == b"\x0201RRD,02,0001,0002B2\r\n"
    assert temi.open(b"\x0201RRD,OK,01F4,012C18", b"\r\n", b"") == b"\x0201RRD,OK,01F4,012C"
    assert checksum().seal(b"#05", b"\r") == b"#0588\r"
    nmea = checksum(algorithm="xor8", skip=1, trim=1)
    line = b"$GPGLL,5057.970,N,00146.110,E,142451,A*27"
    assert nmea.open(line, b"\r\n", b"") == line[:-2]
    block = checksum(algorithm="xor8", skip=1, encoding="big", place="after terminator")
    assert block.seal(b"\x02AB", b"\x03") == b"\x02AB\x03" + bytes([0x41 ^ 0x42 ^ 0x03])


def test_only_replies_or_only_commands() -> None:
    replies = checksum(on=["reply"])
    assert replies.seal(b"SEND", b"\r") == b"SEND\r"
    with pytest.raises(ChecksumError):
        replies.open(b"12.5", b"\r", b"")
    assert checksum(on=["send"]).open(b"12.5", b"\r", b"") == b"12.5"


@pytest.mark.parametrize(
    "line", [b"", b"1", b"01", b"+1.5FF", b"+1.5 D0", b"+1.5D", b"+1.5\xff\xff"]
)
def test_a_wrong_or_missing_sum_is_an_error(line: bytes) -> None:
    with pytest.raises(ChecksumError, match="instead of"):
        checksum().open(line, b"\r", b"")


@pytest.mark.parametrize("place", ["before terminator", "after terminator"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    body=st.binary(max_size=30),
    algorithm=st.sampled_from(sorted(ALGORITHMS)),
    skip=st.integers(0, 5),
    trim=st.integers(0, 5),
)
def test_what_is_sealed_opens(
    encoding: str, place: str, body: bytes, algorithm: str, skip: int, trim: int
) -> None:
    made = checksum(algorithm=algorithm, encoding=encoding, place=place, skip=skip, trim=trim)
    sealed = made.seal(body, b"\x03")
    if made.outside:
        line, after = sealed[: -made.width - 1], sealed[-made.width :]
    else:
        line, after = sealed[:-1], b""
    assert made.open(line, b"\x03", after) == body


def request(**keys: object) -> Request:
    query: dict[str, Any] = {"send": "#05", "reply": [{"pattern": r">(?P<v>[-+0-9.]+)"}]}
    line = Line.model_validate(
        {"reply_terminator": "\r", "checksum": {"algorithm": "sum8", **keys}}
    )
    return Speaker(line, "").query("reading", Query.model_validate(query))


def test_a_reply_is_believed_only_with_its_sum() -> None:
    finder = ReplyFinder(request())
    assert finder.find(bytearray(b">+3.56719D")) is None
    assert finder.find(bytearray(b">+3.56719D\r")) == (0, 11)
    assert finder.answer is not None
    assert finder.answer.fields == {"v": "+3.5671"}
    with pytest.raises(ChecksumError, match="reading"):
        ReplyFinder(request()).find(bytearray(b">+3.56799D\r"))


def test_a_late_reply_with_a_wrong_sum_is_passed_over() -> None:
    finder = ReplyFinder(request(), skip=True)
    assert finder.find(bytearray(b">+3.56799D\r>+3.56719D\r")) == (0, 22)


def test_a_sum_after_the_terminator_is_waited_for() -> None:
    made = request(algorithm="xor8", encoding="big", place="after terminator")
    sealed = b">+1.5\r" + Checksum(algorithm="xor8", encoding="big").of(b">+1.5\r")
    finder = ReplyFinder(made)
    assert finder.find(bytearray(sealed[:-1])) is None
    assert finder.find(bytearray(sealed)) == (0, 7)


@given(
    stream=st.lists(st.sampled_from([b"\r", b">", b"+1", b"9D", b" "]) | st.binary(max_size=4)),
    algorithm=st.sampled_from(sorted(ALGORITHMS)),
    encoding=st.sampled_from(ENCODINGS),
    place=st.sampled_from(["before terminator", "after terminator"]),
    skip=st.booleans(),
)
def test_any_bytes_give_an_answer_or_a_driver_error(
    stream: list[bytes], algorithm: str, encoding: str, place: str, *, skip: bool
) -> None:
    made = request(algorithm=algorithm, encoding=encoding, place=place, skip=1)
    finder, buffer = ReplyFinder(made, skip=skip), bytearray()
    try:
        for piece in stream:
            buffer += piece
            if finder.find(buffer):
                assert finder.answer is not None
                return
    except ReplyError:
        return
    assert isinstance(finder.explain(bytes(buffer)), DriverError)
