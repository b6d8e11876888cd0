from typing import cast

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from daq.deliver.mqtt_codes import Verdict, is_our_fault, is_success, judge


def puback_codes() -> list[int]:
    names = cast("dict[int, dict[str, list[int]]]", ReasonCode.names)  # pyright: ignore[reportUnknownMemberType]
    return [
        code
        for code, uses in names.items()
        if any(PacketTypes.PUBACK in packets for packets in uses.values())
    ]


@pytest.mark.parametrize("code", puback_codes())
def test_every_code_of_the_standard_has_words(code: int) -> None:
    verdict, words = judge(code)
    assert (verdict is Verdict.DELIVERED) == is_success(code)
    assert "0x" not in words


@pytest.mark.parametrize("code", [0x87, 0x90, 0x95, 0x99])
def test_what_will_never_be_taken_is_refused(code: int) -> None:
    assert judge(code)[0] is Verdict.REFUSED


@pytest.mark.parametrize("code", [0x80, 0x83, 0x91, 0x97, 0xF0])
def test_what_may_pass_is_tried_again(code: int) -> None:
    assert judge(code)[0] is Verdict.RETRY


def test_a_code_nobody_knows_is_named() -> None:
    assert judge(0xF0)[1] == "reason code 0xf0"
    assert judge(0x11) == (Verdict.DELIVERED, "reason code 0x11")


@pytest.mark.parametrize(("code", "stays"), [(0x86, True), (0x87, True), (0x88, False)])
def test_a_refused_connection_is_our_fault_or_not(code: int, *, stays: bool) -> None:
    assert is_our_fault(code) is stays
