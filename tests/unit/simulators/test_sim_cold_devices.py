"""A circulator with its bath, and Lake Shore instruments on cryostats."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.bath import Bath
from simulators.devices.cryostat import ROOM, Loop, Stage
from simulators.devices.julabo_circulator import JulaboCirculator
from simulators.devices.lakeshore import digits
from simulators.devices.lakeshore_218 import LakeShore218
from simulators.devices.lakeshore_336 import LakeShore336
from simulators.dialogue import Reply, TextDevice

DT = 0.1


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / DT)):
        device.let_pass(DT)


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def number(reply: Reply | None) -> float:
    return float(said(reply))


# Physics


@pytest.mark.parametrize("target", [37.0, 60.0, 5.0])
def test_a_bath_comes_to_its_set_point_with_little_overshoot(target: float) -> None:
    bath = Bath(Random(1), target)
    seen: list[float] = []
    for _ in range(round(2400 / DT)):
        bath.step(DT)
        seen.append(bath.temperature)
    beyond = max(seen) - target if target > 21 else target - min(seen)
    assert 0.05 < beyond < 4
    assert seen[-1] == pytest.approx(target, abs=0.1)
    assert bath.vessel == pytest.approx(target, abs=0.2)
    assert (bath.power > 0) == (target > 21)


def test_a_vessel_lags_behind_its_bath() -> None:
    bath = Bath(Random(1), 60.0)
    for _ in range(round(120 / DT)):
        bath.step(DT)
    assert bath.vessel < bath.temperature - 2


def test_a_bath_that_stands_still_goes_back_to_the_room() -> None:
    bath = Bath(Random(1), 80.0)
    for _ in range(round(1200 / DT)):
        bath.step(DT)
    bath.runs = False
    for _ in range(round(6000 / DT)):
        bath.step(DT)
    assert bath.power == 0
    assert 21 < bath.temperature < 35


def test_a_stage_cools_down_and_faster_in_the_cold() -> None:
    stage = Stage(Random(1), 4.2, cold=False)
    assert stage.reading == pytest.approx(ROOM, abs=0.1)
    seen: list[float] = []
    for _ in range(round(1200 / DT)):
        stage.step(DT)
        seen.append(stage.temperature)
    assert all(b <= a for a, b in itertools.pairwise(seen))
    assert stage.reading == pytest.approx(4.2, abs=0.1)
    stage.cooled = False
    for _ in range(600):
        stage.step(DT)
    assert stage.temperature > 50


def test_a_loop_holds_a_stage_above_its_base() -> None:
    stage, loop = Stage(Random(1), 3.2, cold=True), Loop(20.0, heater_range=3)
    for _ in range(round(900 / DT)):
        loop.step(DT, stage.temperature)
        stage.step(DT, loop.heating)
    assert stage.reading == pytest.approx(20, abs=0.2)
    assert 0 < loop.output < 100
    loop.range = 0
    for _ in range(round(600 / DT)):
        loop.step(DT, stage.temperature)
        stage.step(DT, loop.heating)
    assert loop.output == 0
    assert stage.reading == pytest.approx(3.2, abs=0.3)


# JULABO


def julabo(seconds: float = 1.0, **options: object) -> JulaboCirculator:
    device = JulaboCirculator.create(options, Random(1))
    run(device, seconds)
    return device


def test_julabo_tells_temperatures() -> None:
    device = julabo(1800)
    reply = device.ask("in_pv_00")
    assert number(reply) == pytest.approx(37, abs=0.2)
    assert said(reply).endswith("\r\n")
    assert reply is not None
    assert reply.values == {"temperature": number(reply)}
    assert said(device.ask("IN_SP_00")) == "37.00\r\n"
    assert number(device.ask("IN_PV_02")) == pytest.approx(37, abs=0.3)
    assert number(device.ask("IN_PV_03")) == pytest.approx(37.3, abs=0.3)
    assert -100 <= number(device.ask("IN_PV_01")) <= 100
    assert said(device.ask("VERSION")).startswith("JULABO")
    assert said(device.ask("status")) == "03 REMOTE START\r\n"
    assert said(device.ask("in_sp_06")) == "0\r\n"


def test_julabo_takes_out_commands_in_silence() -> None:
    device = julabo()
    assert device.ask("out_sp_00 55.5") is None
    assert said(device.ask("in_sp_00")) == "55.50\r\n"
    assert device.ask("OUT_SP_01 10") is None
    assert device.ask("OUT_MODE_01 1") is None
    run(device, 1)
    assert device.bath.setpoint == 10
    assert device.ask("OUT_MODE_05 0") is None
    assert said(device.ask("IN_MODE_05")) == "0\r\n"
    assert said(device.ask("STATUS")) == "02 REMOTE STOP\r\n"
    assert device.ask("OUT_SP_07 3") is None
    assert said(device.ask("IN_SP_07")) == "3\r\n"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("foo", "-08 INVALID COMMAND"),
        ("out_sp_99 5", "-08 INVALID COMMAND"),
        ("out_sp_00 hot", "-08 INVALID COMMAND"),
        ("out_sp_00", "-08 INVALID COMMAND"),
        ("out_sp_00 -60", "-10 VALUE TOO SMALL"),
        ("out_sp_00 300", "-11 VALUE TOO LARGE"),
        ("out_mode_05 2", "-11 VALUE TOO LARGE"),
    ],
)
def test_julabo_tells_what_was_wrong_once(line: str, error: str) -> None:
    device = julabo()
    assert device.ask(line) is None
    assert said(device.ask("STATUS")) == f"{error}\r\n"
    assert said(device.ask("STATUS")) == "03 REMOTE START\r\n"


def test_julabo_limits() -> None:
    device = julabo(5)
    device.ask("OUT_SP_03 60")
    device.ask("OUT_SP_00 70")
    assert said(device.ask("STATUS")) == "-13 VALUE EXCEEDS TEMPERATURE LIMITS\r\n"
    device.ask("OUT_SP_03 15")
    assert said(device.ask("STATUS")) == "-03 EXCESS TEMPERATURE WARNING\r\n"
    device.ask("OUT_SP_03 100")
    device.ask("OUT_SP_04 30")
    assert said(device.ask("STATUS")) == "-04 LOW TEMPERATURE WARNING\r\n"


def test_julabo_operated_by_its_keys_refuses() -> None:
    device = julabo(remote=False)
    assert said(device.ask("STATUS")) == "01 MANUAL START\r\n"
    device.ask("OUT_SP_00 50")
    assert said(device.ask("STATUS")).startswith("-09 COMMAND NOT ALLOWED")
    assert said(device.ask("IN_SP_00")) == "37.00\r\n"
    device.operate("start", value=False)
    assert said(device.ask("STATUS")) == "00 MANUAL STOP\r\n"


def test_julabo_alarms() -> None:
    device = julabo(300)
    device.begin("external-sensor-break")
    assert said(device.ask("IN_PV_02")) == "---.--\r\n"
    assert said(julabo(external_sensor=False).ask("IN_PV_02")) == "---.--\r\n"
    device.begin("low-level")
    assert said(device.ask("STATUS")) == "-01 LOW LEVEL ALARM\r\n"
    assert said(device.ask("IN_MODE_05")) == "0\r\n"
    device.end("low-level")
    device.begin("sensor-break")
    assert said(device.ask("STATUS")) == "-05 WORKING SENSOR ALARM\r\n"
    reply = device.ask("IN_PV_00")
    assert reply is not None
    assert reply.values == {"temperature": None}
    assert device.state()["temperature"] is None


def test_julabo_on_rs485_answers_to_its_address_alone() -> None:
    device = julabo(address=32)
    assert device.address == "A032_"
    assert device.ask("in_sp_00") is None
    assert device.ask("A031_in_sp_00") is None
    assert said(device.ask("A032_in_sp_00")) == "A032_37.00\r\n"


def test_julabo_counts_or_misses_what_comes_too_early() -> None:
    for strict in (False, True):
        device = julabo(strict=strict)
        assert device.hears("OUT_SP_00 40")
        device.let_pass(0.1)
        assert device.hears("IN_PV_00") != strict
        assert device.early == 1
        device.let_pass(0.26)
        assert device.hears("IN_PV_00")
        device.let_pass(0.02)
        assert device.hears("IN_PV_00")
        assert device.early == 1


# Lake Shore


def monitor(seconds: float = 1.0, **options: object) -> LakeShore218:
    device = LakeShore218.create({"cold": True, **options}, Random(1))
    run(device, seconds)
    return device


def controller(seconds: float = 1.0, **options: object) -> LakeShore336:
    device = LakeShore336.create({"cold": True, **options}, Random(1))
    run(device, seconds)
    return device


def test_monitor_reads_one_input_or_all() -> None:
    device = monitor()
    assert said(device.ask("*IDN?")) == "LSCI,MODEL218E,21EA4F,042109\r\n"
    reply = device.ask("KRDG?")
    texts = said(reply).strip().split(",")
    assert len(texts) == 8
    assert texts == said(device.ask("KRDG? 0")).strip().split(",")
    assert all(text[0] == "+" and len(text) == 7 for text in texts)
    assert texts[0].startswith("+03.")
    assert texts[6].startswith("+77.")
    assert reply is not None
    assert reply.values == {f"t{i}": float(text) for i, text in enumerate(texts, 1)}
    assert number(device.ask("krdg? 3")) == pytest.approx(4.2, abs=0.05)
    assert number(device.ask("CRDG? 7")) == pytest.approx(77.4 - 273.15, abs=0.1)
    assert said(device.ask("RDGST? 1")) == "000\r\n"


@pytest.mark.parametrize(
    ("event", "status", "shown"),
    [
        ("under-range", "016", "+00.000"),
        ("over-range", "032", "+480.00"),
        ("sensor-short", "064", "+00.000"),
        ("sensor-break", "128", "+480.00"),
    ],
)
def test_monitor_with_a_sensor_in_trouble(event: str, status: str, shown: str) -> None:
    device = monitor()
    device.begin(event, "t2")
    assert said(device.ask("RDGST? 2")) == f"{status}\r\n"
    assert said(device.ask("RDGST? 1")) == "000\r\n"
    reply = device.ask("KRDG? 2")
    assert said(reply) == f"{shown}\r\n"
    assert reply is not None
    assert reply.values == {"t2": None}
    assert device.state()["t2"] is None
    device.begin("over-range", "t2")
    assert int(said(device.ask("RDGST? 2"))) == int(status) | 32


@pytest.mark.parametrize("line", ["FOO?", "KRDG? 9", "RDGST?", "RDGST? A", "", ";;", "?"])
def test_what_does_not_exist_is_answered_by_silence(line: str) -> None:
    assert monitor().ask(line) is None


def test_controller_reads_and_controls() -> None:
    device = controller(1200, setpoint=15.0, heater_range=3)
    assert said(device.ask("*IDN?")).startswith("LSCI,MODEL336,")
    reply = device.ask("KRDG? A")
    assert number(reply) == pytest.approx(15, abs=0.3)
    assert len(said(reply)) == len("+15.0000\r\n")
    assert said(device.ask("KRDG? 0")).count(",") == 3
    assert said(device.ask("SETP? 1")) == "+15.0000\r\n"
    assert 0 < number(device.ask("HTR? 1")) < 100
    assert device.ask("SETP 1,77.5") is None
    assert said(device.ask("SETP? 1;RANGE? 1")) == "+77.5000;3\r\n"
    run(device, 1200)
    assert number(device.ask("KRDG? A")) == pytest.approx(77.5, abs=0.5)
    assert device.ask("RANGE 1,0") is None
    run(device, 900)
    assert number(device.ask("KRDG? A")) < 5
    assert device.ask("PID 1,100,30,5") is None
    assert said(device.ask("PID? 1")) == "+100.00,+30.000,+5.0000\r\n"


def test_controller_in_trouble() -> None:
    device = controller(10, heater_range=3)
    device.begin("heater-open")
    assert said(device.ask("HTRST? 1")) == "1\r\n"
    run(device, 600)
    assert number(device.ask("KRDG? A")) < 4
    device.end("heater-open")
    device.begin("sensor-break", "ta")
    run(device, 1)
    assert said(device.ask("RDGST? A")) == "128\r\n"
    assert said(device.ask("KRDG? A")) == "+0.00000\r\n"
    assert said(device.ask("RANGE? 1")) == "0\r\n"
    assert said(device.ask("RDGST? B")) == "000\r\n"


def test_a_wrong_command_sets_the_event_register() -> None:
    device = controller()
    assert said(device.ask("*ESR?")) == "128\r\n"
    for wrong in ("FOO", "SETP 3,10", "SETP 1,warm", "SETP 1,9999", "KRDG? E", "KRDG?"):
        assert device.ask(wrong) is None
        assert said(device.ask("*ESR?")) == "032\r\n"
    assert said(device.ask("*ESR?")) == "000\r\n"


def test_lake_shore_counts_or_misses_what_comes_too_early() -> None:
    for strict in (False, True):
        device = controller(strict=strict)
        assert device.hears("KRDG? A")
        device.let_pass(0.02)
        assert device.hears("KRDG? A") != strict
        device.let_pass(0.06)
        assert device.hears("KRDG? A")
        assert device.early == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.2, "+4.20000"), (294.5, "+294.500"), (0.0, "+0.00000"), (-9.99, "-9.99000")],
)
def test_numbers_with_a_floating_point(value: float, text: str) -> None:
    assert digits(value, 6) == text


LINES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
COMMANDS = st.sampled_from(["SETP", "RANGE", "PID", "KRDG?", "RDGST?", "out_sp_00", "in_pv_0"])


@given(LINES, COMMANDS)
def test_any_line_gets_an_answer_or_silence(line: str, command: str) -> None:
    for device in (JULABO, MONITOR, CONTROLLER):
        for text in (line, f"{command} {line}"):
            reply = device.ask(text)
            assert reply is None or reply.data.endswith(b"\r\n")
    run(CONTROLLER, 0.2)
    run(JULABO, 0.2)


JULABO, MONITOR, CONTROLLER = julabo(), monitor(), controller()
