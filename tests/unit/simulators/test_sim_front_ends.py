import struct
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.eastron_sdm630 import EastronSdm630
from simulators.devices.eurotherm_3000 import Eurotherm3000
from simulators.devices.mettler_sics import MettlerSics
from simulators.devices.pta8c04 import Pta8c04
from simulators.wire.message import FrontEnd, HangUpError, Outgoing, Station
from simulators.wire.modbus import RtuFrontEnd, TcpFrontEnd, Unit
from simulators.wire.pace import Pace
from simulators.wire.text import TextFrontEnd

if TYPE_CHECKING:
    from simulators.registers import ModbusDevice


def crc(frame: bytes) -> bytes:
    """CRC-16 of "Modbus over serial line" V1.02, appendix B, bit by bit."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return frame + struct.pack("<H", value)


def units() -> dict[int, Unit]:
    devices: list[ModbusDevice] = [
        EastronSdm630.create({}, Random(1)),
        Eurotherm3000.create({}, Random(1)),
        Pta8c04.create({}, Random(1)),
    ]
    return {
        number: Unit(Station(f"device{number}", number, device), device)
        for number, device in enumerate(devices, 1)
    }


def balance() -> TextFrontEnd:
    device = MettlerSics.create({}, Random(1))
    return TextFrontEnd([(Station("balance", 1, device), device)])


def exchange(front: FrontEnd, data: bytes) -> list[Outgoing | None]:
    return [request.answer() for request in front.feed(data) + front.silence()]


def rtu(text: str, front: RtuFrontEnd | None = None) -> bytes | None:
    answers = exchange(front or RtuFrontEnd(units()), crc(bytes.fromhex(text)))
    assert len(answers) == 1
    return answers[0].data if answers[0] else None


def test_the_request_of_the_sdm630_manual() -> None:
    front = RtuFrontEnd(units())
    (answer,) = exchange(front, bytes.fromhex("01 04 00 00 00 02 71 CB"))
    assert answer is not None
    assert answer.data == crc(answer.data[:-2])
    assert answer.data[:3] == bytes.fromhex("01 04 04")
    (voltage,) = struct.unpack(">f", answer.data[3:7])
    assert answer.values == {"voltage_l1": voltage}
    assert answer.request == "read 4 0x0000 +2"


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("01 06 00 02 00 01", "01 86 01"),  # SDM630 knows no function 6
        ("01 01 00 00 00 01", "01 81 01"),
        ("01 41 00 00 00 01", "01 C1 01"),  # nobody knows function 65
        ("01 04 01 7E 00 02", "01 84 02"),  # behind the last parameter
        ("01 04 00 01 00 02", "01 84 02"),  # begins inside a parameter
        ("01 04 00 00 00 52", "01 84 03"),  # 82 registers, 80 are allowed
        ("01 04 00 00 00 00", "01 84 03"),
        ("01 04 00 00 00 7E", "01 84 03"),
        ("01 10 00 02 00 02 04 42 C8 00 00", "01 90 03"),  # a demand period of 100 min
        ("01 10 00 02 00 02 04 41 F0 00 00", "01 10 00 02 00 02"),
        ("01 10 00 03 00 02 04 41 F0 00 00", "01 90 02"),
        ("01 10 00 02 00 02 02 41 F0", "01 90 03"),
        ("02 06 00 02 03 E8", "02 06 00 02 03 E8"),  # set point 100.0
        ("02 10 00 02 00 01 02 03 E8", "02 10 00 02 00 01"),
        ("02 06 00 02 7F FF", "02 86 03"),  # beyond the limit
        ("02 06 00 01 00 00", "02 86 02"),  # the process value
        ("02 06 00 03 00 00", "02 86 03"),  # an output, but not in manual
        ("02 03 04 00 00 01", "02 83 02"),
        ("02 03 00 0A 00 01", "02 03 02 80 00"),  # no parameter there
        ("03 04 00 00 00 01", "03 84 01"),
        ("03 03 00 04 00 01", "03 83 02"),
        ("03 03 00 00 00 05", "03 83 02"),
        ("03 06 00 FC 07 D0", "03 86 03"),  # a return delay of 2 s
    ],
)
def test_refusals_and_writes(request_: str, reply: str) -> None:
    assert rtu(request_) == crc(bytes.fromhex(reply))


@pytest.mark.parametrize("text", ["04 04 00 00 00 02", "00 04 00 00 00 02", "01 84 02"])
def test_silence_for_foreign_units_broadcasts_and_replies(text: str) -> None:
    assert rtu(text) is None


def test_a_broadcast_is_obeyed_in_silence() -> None:
    front = RtuFrontEnd(units())
    assert rtu("00 06 00 02 03 E8", front) is None
    assert rtu("02 03 00 02 00 01", front) == crc(bytes.fromhex("02 03 02 03 E8"))


def test_set_point_and_manual_output() -> None:
    front = RtuFrontEnd(units())
    assert rtu("02 06 01 11 00 01", front) is not None
    assert rtu("02 06 00 03 01 F4", front) == crc(bytes.fromhex("02 06 00 03 01 F4"))
    assert rtu("02 03 00 03 00 02", front) == crc(bytes.fromhex("02 03 04 01 F4 01 F4"))
    assert rtu("02 04 00 4B 00 01", front) == crc(bytes.fromhex("02 04 02 00 10"))


def test_corrections_of_the_pt100_module() -> None:
    front = RtuFrontEnd(units())
    before = rtu("03 03 00 00 00 01", front)
    assert rtu("03 06 00 40 00 64", front) is not None
    after = rtu("03 03 00 00 00 01", front)
    assert before is not None
    assert after is not None
    assert struct.unpack(">h", after[3:5])[0] - struct.unpack(">h", before[3:5])[0] == 100
    assert rtu("03 03 00 40 00 01", front) == crc(bytes.fromhex("03 03 02 FF FF"))


def test_a_frame_in_pieces_and_a_damaged_one() -> None:
    frame = crc(bytes.fromhex("03 03 00 00 00 04"))
    front = RtuFrontEnd(units())
    assert front.feed(frame[:3]) == []
    assert front.pending
    (request,) = front.feed(frame[3:])
    assert request.size == 8
    assert not front.pending
    assert exchange(front, frame[:-1] + b"\x00") == []
    assert exchange(front, b"\x00" + frame) == []
    assert len(exchange(front, frame)) == 1
    assert len(front.feed(frame + frame + frame[:4])) == 2
    assert len(front.feed(frame[4:])) == 1


def tcp(front: TcpFrontEnd, text: str) -> list[bytes | None]:
    answers = exchange(front, bytes.fromhex(text))
    return [answer.data if answer else None for answer in answers]


def test_modbus_tcp_echoes_transaction_and_unit() -> None:
    front = TcpFrontEnd({1: units()[1]})
    (reply,) = tcp(front, "1234 0000 0006 01 04 0000 0002")
    assert reply is not None
    assert reply[:9] == bytes.fromhex("1234 0000 0007 01 04 04")
    assert len(tcp(front, "1234 0000 0006 01 04 0000 0002" * 3)) == 3
    assert tcp(front, "0001 0000 0006") == []
    assert len(tcp(front, "01 04 0000 0002")) == 1


def test_a_single_device_answers_for_the_gateway_itself() -> None:
    front = TcpFrontEnd({1: units()[1]})
    for unit in ("00", "FF"):
        (reply,) = tcp(front, f"0001 0000 0006 {unit} 04 0000 0002")
        assert reply is not None
        assert reply[6:9] == bytes.fromhex(f"{unit} 04 04")


def test_a_gateway_reports_a_unit_that_is_not_there() -> None:
    front = TcpFrontEnd(units())
    assert tcp(front, "0001 0000 0006 09 04 0000 0002") == [bytes.fromhex("000100000003 09 84 0B")]
    assert tcp(front, "0001 0000 0002 01 84") == [None]


@pytest.mark.parametrize("text", ["0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 00FF 01"])
def test_a_header_that_is_none_ends_the_connection(text: str) -> None:
    with pytest.raises(HangUpError):
        TcpFrontEnd(units()).feed(bytes.fromhex(text))


def test_lines_end_in_cr_lf_or_both() -> None:
    front = balance()
    for data in (b"I4\r\n", b"I4\r", b"\nI4\n", b"I4\r\n"):
        assert len(front.feed(data)) == 1
    assert front.feed(b"I4") == []
    assert len(front.feed(b"\r\nI2\r\n")) == 2


def test_a_line_without_end_is_lost() -> None:
    front = balance()
    assert front.feed(b"x" * 5000) == []
    assert front.feed(b"\r\n") == []
    (answer,) = exchange(front, b"I4\r\n")
    assert answer is not None


@given(st.lists(st.binary(max_size=60), max_size=8), st.sampled_from(["rtu", "tcp", "text"]))
def test_any_bytes_never_break_a_front_end(pieces: list[bytes], framing: str) -> None:
    kinds = {"rtu": lambda: RtuFrontEnd(units()), "tcp": lambda: TcpFrontEnd(units())}
    front = kinds.get(framing, balance)()
    for piece in pieces:
        try:
            answers = exchange(front, piece)
        except HangUpError:
            return
        assert all(answer is None or answer.data for answer in answers)


@given(st.integers(0, 255), st.binary(min_size=1, max_size=250))
def test_any_frame_with_a_right_checksum_is_answered_or_ignored(unit: int, body: bytes) -> None:
    for answer in exchange(RtuFrontEnd(units()), crc(bytes([unit]) + body)):
        assert answer is None or answer.data == crc(answer.data[:-2])


@given(st.integers(0, 255), st.binary(min_size=1, max_size=250))
def test_any_pdu_in_a_right_header_is_answered_or_ignored(unit: int, body: bytes) -> None:
    frame = struct.pack(">HHHB", 7, 0, len(body) + 1, unit) + body
    for answer in exchange(TcpFrontEnd(units()), frame):
        assert answer is None or answer.data[:4] == b"\x00\x07\x00\x00"


def test_pace_of_a_line() -> None:
    assert Pace.of(9600).character == pytest.approx(1 / 960)
    assert Pace.of(9600).piece == 15
    assert Pace.of(9600).silence == pytest.approx(3.5 / 960)
    assert Pace.of(115200).silence == 0.00175
    assert Pace.of(None).character == 0
    assert Pace.of(None).silence == 0
