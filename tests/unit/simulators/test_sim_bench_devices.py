"""Gauges on a chamber, a force gauge on a stand, an analog input module."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.adam_4000 import Adam4000
from simulators.devices.analog_inputs import AnalogInput
from simulators.devices.mark10_gauge import Mark10Gauge
from simulators.devices.pfeiffer_tpg26x import PfeifferTpg26x
from simulators.devices.pulling import TestStand
from simulators.devices.vacuum import Chamber, Gauge
from simulators.dialogue import Reply, TextDevice

ACK, NAK, ENQ, ETX = "\x06\r\n", "\x15\r\n", "\x05", "\x03"


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


# Vacuum


def test_a_chamber_is_pumped_down_and_vented() -> None:
    chamber = Chamber(Random(1), pumping=True, cycle=False)
    course: list[float] = []
    for _ in range(30):
        course.append(chamber.pressure)
        chamber.step(10)
    assert course[0] == pytest.approx(1013, rel=0.05)
    assert all(later < earlier for earlier, later in pairwise(course[:12]))
    assert 1e-6 < course[-1] < 1e-4
    chamber.step(100, leaking=True)
    assert chamber.pressure == pytest.approx(3e-3, rel=0.1)
    chamber.pump(False)  # noqa: FBT003 - a switch
    chamber.step(60)
    assert chamber.pressure == pytest.approx(1013, rel=0.05)


def test_by_itself_the_chamber_is_vented_after_ten_minutes() -> None:
    chamber = Chamber(Random(1), pumping=True, cycle=True)
    for _ in range(605):
        chamber.step(1)
    assert not chamber.pumping
    for _ in range(65):
        chamber.step(1)
    assert chamber.pumping


def test_a_gauge_tells_what_it_can() -> None:
    gauge = Gauge("TPR", 5e-4, 1000.0)
    assert gauge.read(1e-5) == ("under", 5e-4)
    assert gauge.read(1.0) == ("ok", 1.0)
    assert gauge.read(1013.0) == ("over", 1000.0)


def tpg(seconds: float = 0.0, **options: object) -> PfeifferTpg26x:
    device = PfeifferTpg26x.create(options, Random(1))
    run(device, seconds)
    return device


def enquire(device: PfeifferTpg26x, mnemonic: str) -> str:
    assert said(device.ask(mnemonic)) == ACK
    return said(device.ask(ENQ))


def test_status_follows_the_pressure() -> None:
    device = tpg()
    assert enquire(device, "PRX") == "2,+1.0000E+03,2,+1.0000E-02\r\n"
    run(device, 30)
    device.ask("PRX")
    reply = device.ask(ENQ)
    assert said(reply).startswith("0,+")
    assert said(reply)[7:10] == "00E"  # a logarithmic gauge: two digits that count
    assert reply is not None
    assert reply.values == {"pressure_1": float(said(reply)[2:13]), "pressure_2": None}
    run(device, 120)
    assert enquire(device, "PR1") == "1,+5.0000E-04\r\n"
    assert enquire(device, "PR2").startswith("0,+")


def test_enq_repeats_the_last_answer_afresh() -> None:
    device = tpg(10)
    first = enquire(device, "PR1")
    run(device, 5)
    second = said(device.ask(ENQ))
    assert (first[:2], second[:2]) == ("0,", "0,")
    assert float(second[2:]) < float(first[2:])


@pytest.mark.parametrize(
    ("event", "status"), [("sensor-error", "3"), ("no-sensor", "5"), ("identification-error", "6")]
)
def test_gauges_in_trouble(event: str, status: str) -> None:
    device = tpg(60)
    device.begin(event, "pressure_1")
    assert enquire(device, "PRX")[0] == status
    if status == "5":
        assert enquire(device, "PR1") == "5,+2.0000E-02\r\n"
        assert enquire(device, "TID") == "noSEn,IKR9\r\n"
    device.end(event, "pressure_1")
    assert enquire(device, "PRX")[0] == "0"


def test_a_gauge_can_be_switched_off() -> None:
    device = tpg(60)
    assert enquire(device, "SEN") == "0,2\r\n"
    assert said(device.ask("SEN,0,1")) == ACK
    assert said(device.ask(ENQ)) == "0,1\r\n"
    assert enquire(device, "PR2").startswith("4,")


def test_wrong_mnemonics_and_parameters() -> None:
    device = tpg()
    assert said(device.ask("FOO")) == NAK
    assert said(device.ask(ENQ)) == "0001\r\n"
    assert said(device.ask(ENQ)) == "0000\r\n"
    assert said(device.ask("UNI,9")) == NAK
    assert enquire(device, "ERR") == "0010\r\n"
    for wrong in ("COM,7", "SEN,3,1", "UNI,x", "FIL,1", "PRX,1", "prx"):
        assert said(device.ask(wrong)) == NAK


def test_units() -> None:
    device = tpg(20)
    mbar = float(enquire(device, "PR1")[2:])
    assert enquire(device, "UNI") == "0\r\n"
    assert enquire(device, "UNI,2") == "2\r\n"
    assert float(enquire(device, "PR1")[2:]) == pytest.approx(100 * mbar)


def test_spaces_empty_lines_and_etx() -> None:
    device = tpg()
    assert enquire(device, " P N R ") == "302-510-A\r\n"
    assert device.ask("") is None
    assert said(device.ask(ENQ)) == "302-510-A\r\n"
    assert device.ask("PR" + ETX) is None
    assert said(device.ask(ENQ)) == "0000\r\n"
    assert [device.ends(each) for each in ("P", ENQ, "PR" + ETX)] == [False, True, True]


def test_continuous_output_until_the_next_character() -> None:
    device = tpg(60)
    assert said(device.ask("COM,1")) == ACK
    times: list[int] = []
    for tick in range(35):
        if device.emit():
            times.append(tick)
        device.let_pass(0.1)
    assert times == [0, 10, 20, 30]
    assert said(device.ask("PNR")) == ACK
    assert not device.talking
    assert device.emit() is None


# Force


def test_specimens_are_pulled_until_they_break() -> None:
    stand = TestStand(Random(3), busy=True)
    forces: list[float] = []
    for _ in range(1500):
        stand.step(0.1)
        forces.append(stand.force)
    assert -95 < min(forces) < -35
    assert max(forces) > 10
    deepest = forces.index(min(forces))
    assert forces[deepest + 3] == pytest.approx(0, abs=3)
    assert sum(abs(force) < 0.2 for force in forces) > 300


def gauge(**options: object) -> Mark10Gauge:
    device = Mark10Gauge.create({"busy": False, **options}, Random(1))
    run(device, 1)
    return device


def test_tension_is_negative_and_peaks_are_kept() -> None:
    device = gauge()
    for force in (-18.78, 4.285, 0.0):
        device.operate("load", force)
        run(device, 1)
    assert float(said(device.ask("?PT"))[:-4]) == pytest.approx(-18.78, abs=0.2)
    assert float(said(device.ask("?PC"))[:-4]) == pytest.approx(4.285, abs=0.2)
    reply = device.ask("?C")
    assert said(reply).endswith(" N\r\n")
    assert reply is not None
    assert reply.values == {"force": float(said(reply)[:-4])}
    assert device.ask("PT") is None
    assert said(device.ask("?")) == said(device.ask("?PT"))
    device.ask("CUR")
    device.ask("CLR")
    assert float(said(device.ask("?PT"))[:-4]) == 0


def test_units_and_no_unit() -> None:
    device = gauge()
    device.operate("load", -83.54)
    run(device, 1)
    device.ask("LB")
    assert said(device.ask("?")).endswith(" lbF\r\n")
    device.ask("NUM")
    assert float(said(device.ask("?"))) == pytest.approx(-18.78, abs=0.05)
    device.ask("NPOL")
    assert said(device.ask("?"))[0] != "-"
    listed = said(device.ask("LIST"))
    assert listed == "V1.00;LBF;CUR;FLTC8;FLTP1;AOUT00;AOFF5;NUM;MIT;NPOL;B0\r\n"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("FOO", "*10"),
        ("?X", "*10"),
        ("?A", "*11"),
        ("MN", "*11"),
        ("FLTC", "*12"),
        ("SPHx", "*12"),
        ("FLTC11", "*22"),
        ("SPH999", "*22"),
        ("AOFF31", "*22"),
    ],
)
def test_errors_of_the_gauge(command: str, answer: str) -> None:
    assert said(gauge().ask(command)) == answer + "\r\n"


def test_settings_are_silent() -> None:
    device = gauge()
    for command in ("N", "Z", "CLR", "FLTC3", "SPH5", "SPL-5", "SPHD", "AOFF3", "SAVE", "", "MEM"):
        assert device.ask(command) is None
    assert "FLTC3" in said(device.ask("LIST"))


def test_the_data_key_sends_and_stores_a_reading() -> None:
    device = gauge()
    device.operate("data")
    assert device.talking
    reply = device.emit()
    assert reply is not None
    assert "force" in reply.values
    assert not device.talking
    assert said(device.ask("MEM")) == said(reply)
    assert len(said(device.ask("STA")).splitlines()) == 3


def test_overload_is_the_end_of_the_range() -> None:
    device = gauge()
    device.begin("overload")
    assert said(device.ask("?C")) == "110.00 N\r\n"


# Analog inputs


def test_an_input_drifts_about_its_source() -> None:
    each = AnalogInput(Random(1), 3.0, 10.0)
    values: list[float] = []
    for _ in range(5000):
        each.step(1.0)
        values.append(each.read(opened=False))
    assert sum(values) / len(values) == pytest.approx(3.0, abs=0.1)
    assert 0.02 < max(values) - min(values) < 1.5
    assert each.read(opened=True) == pytest.approx(0, abs=1)


def adam(**options: object) -> Adam4000:
    device = Adam4000.create(options, Random(1))
    run(device, 1)
    return device


def test_all_inputs_and_one() -> None:
    device = adam(address="05")
    reply = device.ask("#05")
    assert said(reply)[0] == ">"
    assert len(said(reply)) == 1 + 8 * 7 + 1
    assert said(reply)[-1] == "\r"
    assert reply is not None
    assert list(reply.values) == [f"ch{i}" for i in range(8)]
    assert reply.values == device.state()
    assert said(device.ask("#053")) == ">" + said(reply)[22:29] + "\r"


def test_the_module_describes_itself() -> None:
    device = adam(address="45")
    assert said(device.ask("$452")) == "!45090600\r"
    assert said(device.ask("$45M")) == "!454017\r"
    assert said(device.ask("$45F")).startswith("!45")
    assert said(adam(module="4018").ask("$01M")) == "!014018\r"


@pytest.mark.parametrize("command", ["#06", "#05x", "#0512", "$05", "05", "", "#5", "#0a", "#05 "])
def test_silence_at_another_address_or_wrong_syntax(command: str) -> None:
    assert adam(address="05").ask(command) is None


@pytest.mark.parametrize("command", ["#058", "$05Z", "%0505090700", "%0505FF0600", "%0505090640"])
def test_invalid_commands(command: str) -> None:
    assert said(adam(address="05").ask(command)) == "?05\r"


def test_checksums_as_in_the_manual() -> None:
    device = adam(address="05", checksum=True)
    answer = said(device.ask("#0588"))
    assert answer[-3:-1] == f"{sum(answer[:-3].encode()) % 256:02X}"
    assert f"{sum(b'>+3.5671') % 256:02X}" == "9D"
    assert device.ask("#0587") is None
    assert device.ask("#05") is None
    spoilt = device.spoil(answer.encode())
    assert spoilt is not None
    assert spoilt[:-3] == answer[:-3].encode()
    assert spoilt[-3:-1] != answer[-3:-1].encode()
    assert adam().spoil(b">+1.0000\r") is None


def test_ranges_and_formats() -> None:
    device = adam()
    device.inputs[0].wired.tend(2.5)
    assert said(device.ask("%0107080600")) == "!07\r"
    value = float(said(device.ask("#070"))[1:])
    assert len(said(device.ask("#070"))) == len(">+02.500\r")
    assert said(device.ask("%0707080601")) == "!07\r"
    assert float(said(device.ask("#070"))[1:]) == pytest.approx(10 * value, abs=0.01)
    assert said(device.ask("%0707080602")) == "!07\r"
    assert int(said(device.ask("#070"))[1:], 16) == pytest.approx(value / 10 * 32767, abs=2)


def test_thermocouples_out_of_range() -> None:
    device = adam(module="4018", range="0E")
    device.begin("open", "ch2")
    device.inputs[3].wired.tend(-200.0)
    reply = device.ask("#01")
    assert said(reply)[15:20] == "+9999"
    assert said(device.ask("#013")) == ">-0000\r"
    assert reply is not None
    assert reply.values["ch2"] is None


def test_synchronized_sampling() -> None:
    device = adam()
    assert said(device.ask("$014")) == "?01\r"
    assert device.ask("#**") is None
    before = said(device.ask("#01"))
    run(device, 60)
    assert said(device.ask("$014")) == ">011" + before[1:]
    assert said(device.ask("$0155F")) == "!01\r"
    assert said(device.ask("$016")) == "!015F\r"
    assert len(said(device.ask("#01"))) == 1 + 6 * 7 + 1


@given(st.text(st.characters(max_codepoint=255), max_size=30))
def test_no_line_breaks_an_instrument_on_the_bench(line: str) -> None:
    for device in (tpg(), Mark10Gauge.create({}, Random(1)), Adam4000.create({}, Random(1))):
        for each in (line, device.address + line, "#01" + line, "COM," + line, "SPH" + line):
            reply = device.ask(each)
            assert reply is None or reply.data.endswith(b"\r\n" if not device.address else b"\r")
