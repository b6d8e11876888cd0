"""Instruments with SCPI-like commands: a safety tester, a power meter, what they share."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.gwinstek_gpt9800 import GwinstekGpt9800
from simulators.devices.hipot import Program, SafetyTest, Sample
from simulators.devices.power_items import PowerMeter, engineering
from simulators.devices.yokogawa_wt310e_scpi import YokogawaWt310eScpi
from simulators.dialogue import Reply, TextDevice
from simulators.scpi import ErrorQueue, units


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


# What they share


def test_a_header_is_looked_for_below_the_one_before_it() -> None:
    message = ":NUM:NORM:NUM 3;ITEM1 P,1;:FOO;*CLS;BAR"
    assert list(units(message)) == [
        (":NUM:NORM:NUM 3",),
        ("NUM:NORM:ITEM1 P,1", "ITEM1 P,1"),
        (":FOO",),
        ("*CLS",),
        ("BAR",),
    ]


def test_an_error_queue_overflows_at_its_end() -> None:
    queue = ErrorQueue(2, "too many", "none")
    for error in ("a", "b", "c"):
        queue.push(error)
    assert [queue.pop() for _ in range(3)] == ["a", "too many", "none"]


# The physics of a safety test

GOOD = Sample(capacitance=0.5, resistance=1000.0, bond=50.0, breakdown=8.0)
WEAK = Sample(capacitance=0.5, resistance=1000.0, bond=50.0, breakdown=0.7)


def course(sample: Sample, program: Program, ramp: float = 2.0) -> list[tuple[str, bool, float]]:
    test = SafetyTest(Random(1))
    test.start("ACW", program, ramp, sample)
    found: list[tuple[str, bool, float]] = []
    for _ in range(80):
        test.step(0.1)
        found.append((test.verdict, test.ramping, test.level))
    return found


def test_the_voltage_ramps_and_holds_and_the_object_passes() -> None:
    found = course(GOOD, Program(1.5, 1.0, 0.0, 3.0))
    assert found[9] == ("TEST", True, pytest.approx(0.75, rel=0.02))
    assert found[20] == ("TEST", False, pytest.approx(1.5, rel=0.02))
    assert [verdict for verdict, _, _ in found].index("PASS") == 49


def test_an_object_that_breaks_down_fails_on_the_ramp() -> None:
    found = course(WEAK, Program(1.5, 1.0, 0.0, 3.0))
    failed = [verdict for verdict, _, _ in found].index("FAIL")
    assert found[failed][1]
    assert found[-1][2] == pytest.approx(0.75, rel=0.1)


def test_too_little_current_fails_at_the_end() -> None:
    found = course(GOOD, Program(1.5, 1.0, 0.9, 3.0))
    assert [verdict for verdict, _, _ in found].index("FAIL") == 49


def test_what_flows_in_each_kind_of_test() -> None:
    assert GOOD.answer("ACW", 1.0, 50) == pytest.approx(0.157, abs=0.001)
    assert GOOD.answer("DCW", 1.0, 50) == pytest.approx(0.001)
    assert GOOD.answer("IR", 0.5, 50) == 1000
    assert GOOD.answer("GB", 10, 50) == 50
    assert WEAK.answer("IR", 1.0, 50) < 1
    assert WEAK.answer("DCW", 1.0, 50) > 100


# GPT-9800


def hipot(**options: object) -> GwinstekGpt9800:
    return GwinstekGpt9800.create({"busy": False, "wording": "instrument", **options}, Random(1))


def test_the_tester_identifies_itself() -> None:
    assert said(hipot().ask("*idn?")) == "GPT-9804 ,EM110867    ,v2.08,\r\n"


def test_a_test_by_remote_control() -> None:
    device = hipot()
    assert said(device.ask("MEAS?")) == "ACW,VIEW ,0.000kV,0.000 mA ,T=000.0S\r\n"
    assert said(device.ask("FUNC:TEST?")) == "TEST OFF\r\n"
    assert device.ask("FUNC:TEST ON") is None
    run(device, 1)
    assert said(device.ask("FUNCtion:TEST ?")) == "TEST ON\r\n"
    ramping = said(device.ask("MEAS?"))
    assert ramping.startswith("ACW,TEST ,0.7")
    assert ramping.endswith(",R=001.0S\r\n")
    run(device, 3)
    assert said(device.ask("MEAS?")).endswith(",T=002.0S\r\n")
    run(device, 4)
    reply = device.ask("MEASURE1?")
    assert said(reply).startswith("ACW,PASS ,1.")
    assert reply is not None
    assert reply.values == device.state()
    assert reply.values["function"] == "ACW"
    assert reply.values["verdict"] == "PASS"
    assert reply.values["voltage"] == pytest.approx(1.5, rel=0.02)
    assert reply.values["time"] == 5.0
    assert reply.values["resistance"] is None


def test_the_form_of_the_manual() -> None:
    device = hipot(wording="manual")
    device.begin("breakdown")
    device.operate("start")
    run(device, 2)
    text = said(device.ask("MEAS?"))
    assert text.startswith(">ACW, FAIL , 0.")
    assert text.endswith("kV ,1.100 mA ,R=" + text[-8:])
    assert said(device.ask("*IDN?")) == "GPT-9803, EM110867    , V1.00\r\n"
    assert GwinstekGpt9800.create({}, Random(1)).state()["verdict"] == "VIEW"


def test_other_kinds_of_test() -> None:
    device = hipot()
    device.ask("MANU:EDIT:MODE IR")
    assert said(device.ask("MEAS?")).startswith("IR ,VIEW ,")
    device.ask("FUNC:TEST ON")
    run(device, 3)
    reply = device.ask("MEAS?")
    assert said(reply).startswith("IR ,PASS ,0.")
    assert said(reply).endswith("M ohm,T=002.0S\r\n")
    assert reply is not None
    assert isinstance(reply.values["resistance"], float)
    assert reply.values["current"] is None
    device.ask("MANU:EDIT:MODE GB")
    device.ask("FUNC:TEST ON")
    run(device, 3)
    assert said(device.ask("MEAS?")).startswith("GB ,PASS ,")
    assert device.state()["voltage"] is None


def test_a_test_can_be_broken_off_and_the_mode_stays_while_it_runs() -> None:
    device = hipot()
    device.ask("FUNC:TEST ON")
    device.ask("MANU:EDIT:MODE DCW")
    assert said(device.ask("SYST:ERR?")) == "24,Mode Error\r\n"
    device.ask("FUNC:TEST OFF")
    assert device.state()["verdict"] == "STOP"


def test_the_end_is_told_when_asked_for() -> None:
    device = hipot()
    device.ask("TEST:RET ON")
    device.ask("MANU:ACW:TTIM 1")
    device.ask("FUNC:TEST ON")
    run(device, 2)
    assert device.emit() is None
    run(device, 2)
    assert device.talking
    assert said(device.emit()) == "OK\r\n"
    assert not device.talking


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("MANU:RTIM?", "002.0 S"),
        ("MANU:RTime?", "002.0 S"),
        ("MANU:ACW:VOLT?", "1.500kV"),
        ("manu:acw:chiset?", "01.00mA"),
        ("MANU:ACW:FREQ ?", "60 Hz"),
        ("MANU:EDIT:MODE?", "ACW"),
        ("MANU1:EDIT:SHOW ?", "ACW,1.500kV,H=01.00mA,L=00.00mA,R=002.0S,T=005.0S"),
        ("MANU:UTIL:ARCM ?", "ARC OFF"),
        ("MANU:STEP?", "001"),
        ("MAIN:FUNC?", "MANU"),
    ],
)
def test_settings_and_their_units(command: str, answer: str) -> None:
    assert said(hipot().ask(command)) == answer + "\r\n"


def test_settings_can_be_written() -> None:
    device = hipot()
    for command in ("MANU:ACW:VOLT 2.5", "MANU:ACW:CHIS 20", "MANU:RTIM 0.5", "MANU:STEP 21"):
        assert device.ask(command) is None
    shown = said(device.ask("MANU21:EDIT:SHOW?"))
    assert shown == "ACW,2.500kV,H=20.00mA,L=00.00mA,R=000.5S,T=005.0S\r\n"
    assert said(device.ask("SYST:ERR?")) == "0,No Error\r\n"
    device.ask("FUNC:TEST ON")
    run(device, 1)
    assert said(device.ask("MEAS?"))[18:23] in {"00.63", "00.64", "00.65"}


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("FOO", "20,Command Error"),
        ("MANU:FOO?", "20,Command Error"),
        ("MANU:ACW:FOO 1", "20,Command Error"),
        ("MANU:ACW:VOLT 9", "21,Value Error"),
        ("MANU:ACW:VOLT x", "21,Value Error"),
        ("MANU:ACW:VOLT nan", "21,Value Error"),
        ("MANU:RTIM 0", "21,Value Error"),
        ("MANU:EDIT:MODE XX", "21,Value Error"),
        ("MANU:DCW:VOLT 1", "24,Mode Error"),
    ],
)
def test_errors_are_kept_until_asked_for(command: str, error: str) -> None:
    device = hipot()
    assert device.ask(command) is None
    assert said(device.ask("SYST:ERR ?")) == error + "\r\n"
    assert said(device.ask("SYSTem:ERRor?")) == "0,No Error\r\n"


def test_a_long_test_with_much_current_is_a_time_error() -> None:
    device = hipot()
    device.ask("MANU:ACW:CHIS 40")
    device.ask("MANU:ACW:TTIM 300")
    assert said(device.ask("SYST:ERR?")) == "25,Time Error\r\n"


def test_the_interlock_stops_and_prevents_tests() -> None:
    device = hipot()
    device.ask("FUNC:TEST ON")
    device.begin("interlock")
    run(device, 0.2)
    assert device.state()["verdict"] == "STOP"
    device.end("interlock")
    device.ask("FUNC:TEST ON")
    assert device.state()["verdict"] == "TEST"


def test_by_himself_an_operator_tests_good_and_bad_objects() -> None:
    device = GwinstekGpt9800.create({}, Random(4))
    seen: set[object] = set()
    for _ in range(200):
        run(device, 1)
        seen.add(device.state()["verdict"])
    assert seen >= {"TEST", "PASS", "FAIL"}


# WT310E


def meter() -> YokogawaWt310eScpi:
    device = YokogawaWt310eScpi.create({}, Random(1))
    run(device, 5)
    return device


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (103.79, "103.79E+00"),
        (1.01434, "1.0143E+00"),
        (0.93439, "934.39E-03"),
        (-12345.6, "-12.346E+03"),
        (999.996, "1.0000E+03"),
        (0.0, "0.0000E+00"),
    ],
)
def test_numbers_as_the_meter_writes_them(value: float, text: str) -> None:
    assert engineering(value) == text


def test_the_readings_belong_together() -> None:
    source = PowerMeter(Random(1), 230.0, 800.0)
    source.integrating = True
    for _ in range(36000):
        source.step(0.1)
    assert source.energy == pytest.approx(800, rel=0.15)
    assert source.read("P") == pytest.approx(source.read("S") * source.read("LAMBDA"))
    assert source.read("S") == pytest.approx(source.read("U") * source.read("I"))


def test_nine_items_at_first() -> None:
    reply = meter().ask(":NUM:NORM:VAL?")
    texts = said(reply).rstrip("\n").split(",")
    assert reply is not None
    assert list(reply.values.values()) == [float(text) for text in texts]
    assert list(reply.values) == [
        *("voltage", "current", "power", "apparent_power", "reactive_power", "power_factor"),
        *("phase", "voltage_frequency", "current_frequency"),
    ]


def test_items_can_be_chosen() -> None:
    device = meter()
    device.ask(":NUM:FORM ASC;:NUM:NORM:NUM 2;:NUM:NORM:ITEM1 P,1;ITEM2 WH,1")
    reply = device.ask(":NUMERIC:NORMAL:VALUE?")
    assert reply is not None
    assert list(reply.values) == ["power", "energy"]
    assert said(device.ask(":NUM:NORM:ITEM2?")) == ":NUMERIC:NORMAL:ITEM2 WH,1\n"
    assert said(device.ask("NUM:NUM?")) == ":NUMERIC:NORMAL:NUMBER 2\n"
    assert said(device.ask(":NUM:NORM:VAL? 3")).count(",") == 0
    device.ask("*RST")
    assert said(device.ask(":NUM:VAL?")).count(",") == 8


def test_headers_can_be_switched_off() -> None:
    device = meter()
    assert said(device.ask(":INTEG:MODE?")) == ":INTEGRATE:MODE NORMAL\n"
    device.ask(":COMM:HEAD OFF")
    assert said(device.ask(":INP:VOLT:RANG?;:VOLT:AUTO?;:NUM:FORM?")) == "300.0E+00;1;ASCII\n"
    device.ask(":VOLT:RANG 150V")
    assert said(device.ask(":INPUT:VOLTAGE:RANGE?")) == "150V\n"


def test_no_data_and_over_range() -> None:
    device = meter()
    device.begin("over-range")
    reply = device.ask(":NUM:VAL?")
    assert said(reply).split(",")[1:7] == ["INF"] * 6
    assert reply is not None
    assert reply.values["power"] is None
    device.end("over-range")
    device.begin("no-load")
    texts = said(device.ask(":NUM:VAL?")).rstrip().split(",")
    assert texts[1:5] == ["0.0000E+00"] * 4
    assert texts[5:7] == ["NAN", "NAN"]
    assert said(device.ask(":NUM:VAL? 200")) == "NAN\n"


def test_integration_and_hold() -> None:
    device = meter()
    assert said(device.ask("INTEG:STAT?")) == "RESET\n"
    device.ask(":INTEG:STAR")
    run(device, 10)
    assert said(device.ask("INTEG:STAT?")) == "START\n"
    device.ask(":INTEG:STOP")
    assert said(device.ask("INTEG:STAT?")) == "STOP\n"
    energy = device.state()["energy"]
    assert isinstance(energy, float)
    assert 0 < energy < 10
    device.ask("HOLD ON")
    held = said(device.ask(":NUM:VAL?"))
    run(device, 20)
    assert said(device.ask(":NUM:VAL?")) == held
    device.ask(":HOLD OFF")
    assert said(device.ask(":NUM:VAL?")) != held


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("FOO", '113,"Undefined header"'),
        (":NUM:NORM:ITEM1 XX", '222,"Data out of range"'),
        (":NUM:NORM:ITEM300?", '222,"Data out of range"'),
        (":NUM:NORM:NUM 0", '222,"Data out of range"'),
    ],
)
def test_errors_of_the_meter(command: str, error: str) -> None:
    device = meter()
    assert device.ask(command) is None
    assert said(device.ask("STAT:ERR?")) == error + "\n"
    assert said(device.ask(":STATUS:ERROR?")) == '0,"No error"\n'


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30))
def test_no_line_breaks_an_instrument_with_commands(line: str) -> None:
    for device in (hipot(), YokogawaWt310eScpi.create({}, Random(1))):
        for head in ("", "MANU:ACW:VOLT ", "MANU:", ":NUM:NORM:VAL? ", ":NUM:ITEM", "MEAS"):
            reply = device.ask(head + line)
            assert reply is None or reply.data.endswith(b"\n")
