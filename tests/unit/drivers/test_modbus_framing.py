"""Frames against pymodbus's codec, and what is or is not taken for a reply."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.pdu import ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
)

from drivers.errors import (
    ChecksumError,
    DeviceError,
    DriverError,
    ForeignReplyError,
    IllegalAddressError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.modbus.crc import crc, intact
from drivers.modbus.framing import RtuFraming, TcpFraming
from drivers.modbus.pdu import Request, device_error
from drivers.shown import NOISE_LIMIT
from tests.modbus_lab import sealed, to_tcp

READ_TWO = Request(3, 0x10, 2)
REPLY = sealed(bytes.fromhex("0103 04 0001 0002"))
REQUESTS: dict[int, type[ModbusPDU]] = {
    1: ReadCoilsRequest,
    2: ReadDiscreteInputsRequest,
    3: ReadHoldingRegistersRequest,
    4: ReadInputRegistersRequest,
}

units = st.integers(1, 247)
requests = st.builds(Request, st.integers(1, 4), st.integers(0, 0xFF00), st.integers(1, 125))


@given(st.binary(max_size=300))
def test_crc_is_that_of_pymodbus(data: bytes) -> None:
    assert crc(data) == FramerRTU.compute_CRC(data).to_bytes(2, "big")
    assert intact(data + crc(data))


@given(units, requests)
def test_request_frames_are_those_of_pymodbus(unit: int, request: Request) -> None:
    pdu = REQUESTS[request.function](address=request.address, count=request.count, dev_id=unit)
    decoder = DecodePDU(is_server=False)
    assert RtuFraming().frame(unit, request).data == FramerRTU(decoder).buildFrame(pdu)
    ours = TcpFraming().frame(unit, request).data
    pdu.transaction_id = int.from_bytes(ours[:2], "big")
    assert ours == FramerSocket(decoder).buildFrame(pdu)


@given(units, st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=125))
def test_replies_of_pymodbus_are_found_and_unpacked(unit: int, registers: list[int]) -> None:
    request = Request(3, 0, len(registers))
    data = struct.pack(f">{len(registers)}H", *registers)
    pdu = ReadHoldingRegistersResponse(registers=registers, dev_id=unit)
    decoder = DecodePDU(is_server=True)
    rtu = RtuFraming()
    whole = FramerRTU(decoder).buildFrame(pdu)
    assert rtu.frame(unit, request).expected.find(bytearray(whole)) == (0, len(whole))
    assert rtu.unpack(whole) == (None, data)
    tcp = TcpFraming()
    frame = tcp.frame(unit, request)
    pdu.transaction_id = int.from_bytes(frame.data[:2], "big")
    whole = FramerSocket(decoder).buildFrame(pdu)
    assert frame.expected.find(bytearray(whole)) == (0, len(whole))
    assert tcp.unpack(whole) == (None, data)


@given(st.binary(max_size=40), st.binary(max_size=40), st.data())
def test_rtu_reply_is_found_in_noise_however_it_is_split(
    before: bytes, after: bytes, data: st.DataObject
) -> None:
    expected = RtuFraming().frame(1, READ_TWO).expected
    stream = before + REPLY + after
    buffer = bytearray()
    found = None
    while found is None and len(buffer) < len(stream):
        piece = data.draw(st.integers(1, len(stream) - len(buffer)))
        buffer += stream[len(buffer) : len(buffer) + piece]
        found = expected.find(buffer)
    start, end = found or (0, 0)
    assert buffer[start:end] == REPLY


@pytest.mark.parametrize(
    "stream",
    [
        sealed(bytes.fromhex("0203 04 0001 0002")),  # another unit
        sealed(bytes.fromhex("0104 04 0001 0002")),  # another function
        sealed(bytes.fromhex("0103 02 0001")),  # another length
        sealed(bytes.fromhex("0183 02"))[:-1] + b"\0",  # a garbled exception
        REPLY[:-1] + bytes([REPLY[-1] ^ 1]),  # a garbled reply
        REPLY[:-1],  # not yet whole
        RtuFraming().frame(1, READ_TWO).data,  # an echo
        b"",
    ],
)
def test_rtu_takes_nothing_else_for_a_reply(stream: bytes) -> None:
    assert RtuFraming().frame(1, READ_TWO).expected.find(bytearray(stream)) is None


def test_rtu_reply_is_found_behind_its_echo() -> None:
    request = Request(3, 0x0410, 2)  # the echo begins like a reply of 4 bytes
    frame = RtuFraming().frame(1, request)
    buffer = bytearray(frame.data + REPLY)
    assert frame.expected.find(bytearray(frame.data)) is None
    assert frame.expected.find(buffer) == (8, 8 + len(REPLY))


def test_exceptions_are_found_and_unpacked() -> None:
    rtu, tcp = RtuFraming(), TcpFraming()
    refusal = sealed(bytes.fromhex("018302"))
    assert rtu.frame(1, READ_TWO).expected.find(bytearray(refusal)) == (0, 5)
    assert rtu.unpack(refusal) == (2, b"")
    frame = tcp.frame(1, READ_TWO)
    wrapped = to_tcp(frame.data[:2], refusal)
    assert frame.expected.find(bytearray(wrapped)) == (0, 9)
    assert tcp.unpack(wrapped) == (2, b"")


def test_tcp_skips_replies_with_other_numbers() -> None:
    tcp = TcpFraming()
    late, frame = tcp.frame(1, READ_TWO), tcp.frame(1, READ_TWO)
    buffer = bytearray(to_tcp(late.data[:2], REPLY))
    assert frame.expected.find(buffer) is None
    assert isinstance(frame.expected.explain(bytes(buffer)), ForeignReplyError)
    buffer += to_tcp(frame.data[:2], REPLY)
    assert frame.expected.find(buffer) == (13, 26)


@pytest.mark.parametrize("other", ["0203 04 0001 0002", "0104 04 0001 0002", "0103 02 0001"])
def test_tcp_checks_unit_function_and_byte_count_too(other: str) -> None:
    frame = TcpFraming().frame(1, READ_TWO)
    buffer = bytearray(to_tcp(frame.data[:2], sealed(bytes.fromhex(other))))
    assert frame.expected.find(buffer) is None
    assert isinstance(frame.expected.explain(bytes(buffer)), ForeignReplyError)


def test_numbers_differ_between_drivers_on_one_connection() -> None:
    frames = [TcpFraming().frame(unit, READ_TWO).data[:2] for unit in range(1, 100)]
    assert len(set(frames)) == len(frames)


@pytest.mark.parametrize(
    ("stream", "error", "text"),
    [
        (b"", ReplyTimeoutError, "no reply"),
        (RtuFraming().frame(1, READ_TWO).data, ReplyTimeoutError, "echo"),
        (REPLY[:5], ReplyTimeoutError, "5 of 9 bytes"),
        (REPLY[:-1] + bytes([REPLY[-1] ^ 1]), ChecksumError, "checksum"),
        (sealed(bytes.fromhex("0203 04 0001 0002")), ForeignReplyError, "something else"),
        (b"\xff" + sealed(bytes.fromhex("0104 02 0001")), ForeignReplyError, "something else"),
        (b"hello world", ReplyError, "not a Modbus reply"),
    ],
)
def test_rtu_explains_why_there_is_no_reply(
    stream: bytes, error: type[DriverError], text: str
) -> None:
    found = RtuFraming().frame(1, READ_TWO).expected.explain(stream)
    assert type(found) is error
    assert text in str(found)


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (b"", ReplyTimeoutError),
        (b"\0\1\0", ReplyTimeoutError),
        (b"\0\1\0\0\0\3\1\x84\2", ForeignReplyError),
        (b"HTTP/1.1 400 Bad Request", ReplyError),
    ],
)
def test_tcp_explains_why_there_is_no_reply(stream: bytes, error: type[DriverError]) -> None:
    assert type(TcpFraming().frame(1, READ_TWO).expected.explain(stream)) is error


@pytest.mark.parametrize("framing", [RtuFraming(), TcpFraming()])
def test_a_stream_without_a_reply_ends(framing: RtuFraming | TcpFraming) -> None:
    with pytest.raises(ReplyError, match="no reply among them"):
        framing.frame(1, READ_TWO).expected.find(bytearray(b"\x55" * (NOISE_LIMIT + 1)))


@given(st.binary(max_size=200), requests)
def test_any_bytes_give_a_reply_or_an_error(stream: bytes, request: Request) -> None:
    for framing in (RtuFraming(), TcpFraming()):
        expected = framing.frame(1, request).expected
        if expected.find(bytearray(stream)) is None:
            assert isinstance(expected.explain(stream), DriverError)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1, DeviceError),
        (2, IllegalAddressError),
        (3, IllegalAddressError),
        (4, DeviceError),
        (10, ReplyTimeoutError),
        (11, ReplyTimeoutError),
        (99, DeviceError),
    ],
)
def test_exceptions_become_errors(code: int, error: type[DriverError]) -> None:
    assert type(device_error(1, READ_TWO, code)) is error
