"""A balance with SBI: lines of 16 and 22 characters, prints asked for and not."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.sartorius_sbi import SartoriusSbi
from simulators.dialogue import Reply
from simulators.wire.message import Station
from simulators.wire.text import TextFrontEnd

PRINT = "\x1bP"


def run(device: SartoriusSbi, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


def balance(load: float = 0.0, seconds: float = 10.0, **options: object) -> SartoriusSbi:
    device = SartoriusSbi.create({"samples": False, **options}, Random(1))
    run(device, 3)
    if load:
        device.cell.put(load)
    run(device, seconds)
    return device


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


@pytest.mark.parametrize("form", [16, 22])
def test_a_stable_weight_in_its_columns(form: int) -> None:
    device = balance(123.4567, form=form)
    reply = device.ask(PRINT)
    line = said(reply)
    assert len(line) == form
    assert line[:-16] == ("N     " if form == 22 else "")
    sign, weight, space, unit, end = line[-16], line[-15:-6], line[-6], line[-5:-2], line[-2:]
    assert (sign, space, unit, end) == ("+", " ", "g  ", "\r\n")
    assert float(weight) == pytest.approx(123.4567, abs=0.002)
    assert reply is not None
    assert reply.values == {"weight": float(weight)}


def test_a_weight_that_moves_has_no_unit() -> None:
    line = said(balance(50.0, seconds=0.3).ask(PRINT))
    assert line[-5:] == "   \r\n"
    assert len(line) == 22


def test_the_sign_of_less_than_nothing() -> None:
    device = balance(20.0)
    device.ask("\x1bT")
    assert said(device.ask(PRINT))[6] in " +-"
    device.cell.put(5.0)
    run(device, 10)
    line = said(device.ask(PRINT))
    assert line[6] == "-"
    assert float(line[7:16]) == pytest.approx(15, abs=0.01)
    device.ask("\x1bV")
    assert abs(device.weight or 0.0) < 0.001


@pytest.mark.parametrize(
    ("event", "short", "long"),
    [
        ("overload", "      H       \r\n", "Stat        High    \r\n"),
        ("underload", "      L       \r\n", "Stat        Low     \r\n"),
        ("error", "   Err 054    \r\n", "Stat     ERR 054    \r\n"),
    ],
)
def test_what_stands_in_the_place_of_a_weight(event: str, short: str, long: str) -> None:
    for form, expected in ((16, short), (22, long)):
        device = balance(form=form)
        device.begin(event)
        reply = device.ask(PRINT)
        assert said(reply) == expected
        assert reply is not None
        assert reply.values == {"weight": None}
        assert device.weight is None


def test_too_much_on_the_pan_is_overload_by_physics() -> None:
    assert "High" in said(balance(250.0).ask(PRINT))


def test_the_print_key_sends_without_being_asked() -> None:
    device = balance(10.0)
    assert not device.talking
    device.operate("print")
    assert device.talking
    assert said(device.emit()).startswith("N     +")
    assert device.emit() is None
    assert not device.talking


def test_a_balance_that_prints_with_stability_waits() -> None:
    device = balance(10.0, seconds=0.1, output="stable")
    assert device.ask(PRINT) is None
    assert device.talking
    assert device.emit() is None
    run(device, 10)
    assert said(device.emit())[-5:] == "g  \r\n"
    assert not device.talking


def test_automatic_output_at_an_interval_is_started_and_stopped() -> None:
    device = balance(10.0, auto="interval", interval=0.5)
    lines = 0
    for _ in range(20):
        device.let_pass(0.1)
        while device.emit():
            lines += 1
    assert 4 <= lines <= 6
    assert device.ask(PRINT) is None
    assert not device.talking
    assert device.ask(PRINT) is None
    assert device.talking


def test_automatic_output_of_each_load_once_it_is_stable() -> None:
    device = balance(auto="stable")
    assert device.emit() is None
    device.cell.put(30.0)
    run(device, 0.2)
    assert device.emit() is None
    run(device, 10)
    reply = device.emit()
    assert reply is not None
    assert reply.values["weight"] == pytest.approx(30, abs=0.01)
    assert device.emit() is None


def test_what_it_tells_about_itself() -> None:
    device = balance(serial_number="0012345")
    assert said(device.ask("\x1bx1_")) == "MSE224S-100-DU      \r\n"
    assert said(device.ask("\x1bx2_")).strip() == "0012345"
    assert said(device.ask("\x1bp_")).startswith("N  ")
    for silent in ("\x1bK", "\x1bQ", "\x1bf1_", "\x1bx9_", "\x1b", ""):
        assert device.ask(silent) is None


def heard(front: TextFrontEnd, data: bytes) -> int:
    return sum(request.answer() is not None for request in front.feed(data))


def test_line_ends_are_optional_and_noise_is_no_harm() -> None:
    device = balance()
    front = TextFrontEnd([(Station("balance", 1, device), device)])
    assert heard(front, b"\x1bP") == 1
    assert heard(front, b"\x1bP\r\n\x1bP\r\x1bP\n") == 3
    assert heard(front, b"\x1bx1_\r\n") == 1
    assert heard(front, b"x" * 100 + b"\x1bP") == 1
    assert heard(front, b"\x1bx123456789\x1bP") == 1
    assert heard(front, b"\x1b\x1bP") == 1
    assert heard(front, b"P\r\n") == 0


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_are_harmless_and_a_print_is_always_heard(pieces: list[bytes]) -> None:
    device = balance(seconds=0)
    front = TextFrontEnd([(Station("balance", 1, device), device)])
    for piece in pieces:
        heard(front, piece)
    front.feed(b"\r\n")
    assert heard(front, b"\x1bP\r\n") == 1
