from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.eastron_sdm630 import EastronSdm630
from simulators.devices.pta8c04 import Pta8c04
from simulators.faults import Fault, Framing, garble, objection, spoil_checksum
from simulators.injection import FaultBoard


def test_a_schedule() -> None:
    fault = Fault(device="x", kind="silence", at=6, duration=3, every=25)
    on = [t for t in range(70) if fault.active(t)]
    assert on == [6, 7, 8, 31, 32, 33, 56, 57, 58]


def test_when_it_begins_next() -> None:
    fault = Fault(device="x", kind="overflow", at=6, duration=3, every=25)
    assert [fault.next_begin(t) for t in (0, 6, 6.1, 31, 31.5)] == [6, 6, 31, 31, 56]
    once = Fault(device="x", kind="overflow", at=6)
    assert once.next_begin(7) is None
    assert once.active(1e9)
    assert not once.active(5.9)


@given(st.floats(0, 50), st.floats(0.1, 60), st.floats(0, 500))
def test_it_is_on_right_after_its_next_begin(at: float, every: float, now: float) -> None:
    fault = Fault(device="x", kind="overflow", at=at, duration=every / 2, every=every)
    begin = fault.next_begin(now)
    assert begin is not None
    assert begin >= now - 1e-6
    assert fault.active(begin + every / 4)


def test_probability_strikes_a_share_of_the_replies_and_the_same_ones_each_time() -> None:
    def pattern(seed: str) -> list[bool]:
        board = FaultBoard(seed)
        board.add(Fault(device="x", kind="garble", probability=0.3), 0.0)
        return [bool(board.strikes("x", float(i))) for i in range(1000)]

    assert pattern("1") == pattern("1") != pattern("2")
    assert 230 < sum(pattern("1")) < 370


def test_count_limits_the_replies_and_others_are_left_alone() -> None:
    board = FaultBoard("1")
    injection = board.add(Fault(device="x", kind="silence", count=2), 0.0)
    assert [bool(board.strikes(name, 1.0)) for name in "xyxx"] == [True, False, True, False]
    assert injection.hits == 2
    assert injection.over.is_set()


def test_times_of_an_injected_fault_count_from_its_injection() -> None:
    board = FaultBoard("1")
    board.add(Fault(device="x", kind="silence", at=1, duration=2), 100.0)
    assert [bool(board.strikes("x", now)) for now in (100.5, 101.5, 103.5)] == [False, True, False]


def test_a_cancelled_fault_is_over() -> None:
    board = FaultBoard("1")
    with board.add(Fault(device="x", kind="silence"), 0.0):
        assert board.strikes("x", 1.0)
    assert not board.strikes("x", 1.0)


@given(st.binary(min_size=1, max_size=40), st.sampled_from(["rtu", "tcp", "text"]))
def test_garbling_changes_exactly_one_byte(data: bytes, framing: Framing) -> None:
    damaged = garble(data, framing, Random(1))
    assert sum(a != b for a, b in zip(data, damaged, strict=True)) == 1


def test_what_is_garbled_can_be_noticed() -> None:
    assert garble(b"S S    1.0000 g\r\n", "text", Random(3))[-2:] == b"\r\n"
    assert max(garble(b"S S    1.0000 g\r\n", "text", Random(3))) > 0x7F
    frame = bytes.fromhex("000100000005 01 04 02 1234")
    assert garble(frame, "tcp", Random(1))[7] == 0x44
    assert garble(b"", "text", Random(1)) == b""
    assert spoil_checksum(b"\x01\x02\x03") == b"\x01\x02\x02"


@pytest.mark.parametrize(
    ("kind", "channel", "framing", "words"),
    [
        ("silence", "", "rtu", ""),
        ("sensor-break", "t4", "rtu", ""),
        ("sensor-break", "t5", "rtu", "of channel 't5'"),
        ("silence", "t4", "rtu", "of channel 't4'"),
        ("overflow", "", "rtu", "sensor-break; not 'overflow'"),
        ("checksum", "", "rtu", ""),
        ("checksum", "", "tcp", "sends no checksum on framing tcp"),
        ("foreign", "", "tcp", ""),
        ("foreign", "", "binary", "sends no address on framing binary"),
    ],
)
def test_which_faults_are_possible(kind: str, channel: str, framing: Framing, words: str) -> None:
    device = Pta8c04.create({}, Random(1))
    fault = Fault(device="probes", kind=kind, channel=channel)
    found = objection(fault, device, framing)
    assert (words in found) if words else not found


def test_a_meter_has_no_sensor_to_break() -> None:
    meter = EastronSdm630.create({}, Random(1))
    assert objection(Fault(device="m", kind="sensor-break"), meter, "rtu")
