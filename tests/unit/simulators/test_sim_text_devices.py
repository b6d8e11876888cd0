from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.keithley_2000 import Keithley2000
from simulators.devices.mettler_sics import MettlerSics
from simulators.devices.vaisala_hmt330 import VaisalaHmt330
from simulators.dialogue import Reply, TextDevice


def balance(**options: object) -> MettlerSics:
    device = MettlerSics.create({"samples": False, **options}, Random(1))
    run(device, 3)
    return device


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


# MT-SICS


def test_balance_identifies_itself() -> None:
    device = balance(serial_number="B021002593")
    assert said(device.ask("I4")) == 'I4 A "B021002593"\r\n'
    assert said(device.ask("@")) == 'I4 A "B021002593"\r\n'
    assert said(device.ask("I2")) == 'I2 A "XS204 Excellence 220.0090 g"\r\n'
    assert said(device.ask("I1")).startswith('I1 A "01"')
    assert said(device.ask("I3")).startswith('I3 A "2.10')
    lines = said(device.ask("I0")).split("\r\n")
    assert lines[0] == 'I0 B 0 "@"'
    assert lines[-2] == 'I0 A 0 "ZI"'


def test_a_settled_weight_in_the_format_of_the_manual() -> None:
    device = balance()
    device.cell.put(10.0005)
    run(device, 10)
    reply = device.ask("SI")
    assert said(reply)[:4] == "S S "
    assert len(said(reply)) == len("S S    10.0005 g\r\n")
    assert said(reply)[4:14] == f"{device.gross:10.4f}"
    assert reply is not None
    assert reply.values == {"weight": float(said(reply)[4:14])}
    assert reply.values["weight"] == pytest.approx(10.0005, abs=0.002)


def test_a_weight_that_moves_is_dynamic() -> None:
    device = balance()
    device.cell.put(100.0)
    run(device, 0.3)
    assert said(device.ask("SI")).startswith("S D ")


def test_s_waits_until_the_weight_has_settled() -> None:
    device = balance()
    device.cell.put(20.0)
    run(device, 0.1)
    assert device.ask("S") is None
    assert device.talking
    assert said(device.ask("SI")) == "S I\r\n"
    assert said(device.ask("Z")) == "Z I\r\n"
    for _ in range(100):
        device.let_pass(0.1)
        if reply := device.emit():
            break
    else:
        pytest.fail("never settled")
    assert said(reply).startswith("S S ")
    assert not device.talking


def test_s_gives_up() -> None:
    device = balance(patience=2.0)
    device.begin("unstable")
    run(device, 1)
    assert device.ask("S") is None
    run(device, 1)
    assert device.emit() is None
    run(device, 1.1)
    assert said(device.emit()) == "S I\r\n"


@pytest.mark.parametrize(
    ("event", "answer"), [("overload", "S +"), ("underload", "S -"), ("busy", "S I")]
)
@pytest.mark.parametrize("command", ["S", "SI"])
def test_what_the_balance_cannot_weigh(event: str, answer: str, command: str) -> None:
    device = balance()
    device.begin(event)
    reply = device.ask(command)
    assert said(reply) == answer + "\r\n"
    assert reply is not None
    assert reply.values == {"weight": None}


def test_too_much_on_the_pan_is_overload_by_physics() -> None:
    device = balance()
    device.cell.put(250.0)
    run(device, 5)
    assert said(device.ask("SI")) == "S +\r\n"


def test_zero_and_tare() -> None:
    device = balance()
    device.cell.put(5.0)
    run(device, 10)
    assert said(device.ask("Z")) == "Z A\r\n"
    assert abs(device.gross) < 0.001
    device.cell.put(12.0)
    run(device, 10)
    assert said(device.ask("T")).startswith("T S     7.000")
    assert said(device.ask("TA")).startswith("TA A     7.000")
    assert abs(float(said(device.ask("SI"))[4:14])) < 0.001
    assert said(device.ask("TAC")) == "TAC A\r\n"
    assert float(said(device.ask("SI"))[4:14]) == pytest.approx(7.0, abs=0.002)
    device.cell.put(30.0)
    run(device, 0.2)
    assert said(device.ask("TI")).startswith("TI D ")
    assert said(device.ask("ZI")) == "ZI D\r\n"


def test_sir_repeats_until_another_command() -> None:
    device = balance()
    assert said(device.ask("SIR")).startswith("S S ")
    run(device, 0.1)
    assert device.emit() is None
    run(device, 0.2)
    assert said(device.emit()).startswith("S S ")
    device.ask("@")
    assert not device.talking
    assert device.emit() is None


@pytest.mark.parametrize(
    ("line", "answer"), [("XYZ", "ES"), ("s", "ES"), ("", "ES"), ("SI 1", "EL")]
)
def test_commands_the_balance_does_not_take(line: str, answer: str) -> None:
    assert said(balance().ask(line)) == answer + "\r\n"


# SCPI


def multimeter() -> Keithley2000:
    return Keithley2000.create({"voltage": -1.5}, Random(1))


@pytest.mark.parametrize("line", [":READ?", "read?", ":MEAS:VOLT:DC?", "MEASURE?", ":fetch?"])
def test_multimeter_measures(line: str) -> None:
    reply = multimeter().ask(line)
    assert reply is not None
    assert said(reply).endswith("\n")
    assert float(said(reply)) == reply.values["voltage"] == pytest.approx(-1.5, rel=1e-3)
    assert reply.delay > 0


def test_multimeter_identifies_itself() -> None:
    answer = said(multimeter().ask("*IDN?"))
    assert answer == "KEITHLEY INSTRUMENTS INC.,MODEL 2000,1263748,A20  /A02\n"


def test_unit_only_when_asked_for() -> None:
    device = multimeter()
    assert device.ask(":FORM:ELEM READ,UNIT") is None
    assert said(device.ask(":READ?")).endswith("VDC\n")
    assert said(device.ask(":FORM:ELEM?")) == "READ,UNIT\n"
    device.begin("overflow")
    assert said(device.ask(":READ?")) == "+9.9E37\n"
    device.end("overflow")
    assert device.ask("*RST") is None
    assert not said(device.ask(":READ?")).endswith("VDC\n")


def test_overflow() -> None:
    device = multimeter()
    device.begin("overflow")
    reply = device.ask(":READ?")
    assert said(reply) == "+9.9E37\n"
    assert reply is not None
    assert reply.values == {"voltage": 9.9e37}


def test_several_queries_in_a_line_are_answered_in_one() -> None:
    assert said(multimeter().ask("*OPC?;:SYST:VERS?;*STB?")) == "1;1991.0;0\n"


def test_errors_queue_up() -> None:
    device = multimeter()
    assert said(device.ask(":SYST:ERR?")) == '0,"No error"\n'
    assert device.ask(":FOO?") is None
    assert device.ask("REA?") is None
    assert said(device.ask(":SYSTEM:ERROR?")) == '-113,"Undefined header"\n'
    assert said(device.ask(":stat:que?")) == '-113,"Undefined header"\n'
    assert said(device.ask(":SYST:ERR?")) == '0,"No error"\n'
    for _ in range(12):
        device.ask("nonsense")
    answers = [said(device.ask(":SYST:ERR?")) for _ in range(11)]
    assert answers[9] == '350,"Queue overflow"\n'
    assert answers[10] == '0,"No error"\n'
    device.ask("nonsense")
    device.ask("*CLS")
    assert said(device.ask(":SYST:ERR?")) == '0,"No error"\n'


# HMT330


def transmitter(**options: object) -> VaisalaHmt330:
    return VaisalaHmt330.create(options, Random(1))


def test_transmitter_sends_once() -> None:
    device = transmitter(echo=False, dewpoint=False, humidity=98.4, temperature=31.1)
    reply = device.ask("SEND")
    assert reply is not None
    humidity, temperature = reply.values["humidity"], reply.values["temperature"]
    assert said(reply) == f"RH= {humidity} %RH T= {temperature} 'C\r\n"
    assert temperature == 31.1


def test_with_echo_the_command_comes_back_and_a_prompt_follows() -> None:
    answer = said(transmitter().ask("send"))
    assert answer.startswith("send\r\nRH= ")
    assert " Td= " in answer
    assert answer.endswith("'C\r\n>")


def test_a_failed_probe_shows_stars() -> None:
    device = transmitter(echo=False)
    device.begin("sensor-break")
    reply = device.ask("SEND")
    assert said(reply) == "RH= ***.* %RH T= ***.* 'C Td= ***.* 'C\r\n"
    assert reply is not None
    assert set(reply.values.values()) == {None}
    assert said(device.ask("ERRS")) != "No errors\r\n"
    device.end("sensor-break")
    assert said(device.ask("ERRS")) == "No errors\r\n"


def test_running_at_an_interval_until_stopped() -> None:
    device = transmitter(echo=False)
    assert said(device.ask("INTV 2 S")) == "Output interval: 2 S\r\n"
    assert device.ask("R") == Reply(b"", "R")
    assert device.talking
    times: list[float] = []
    for tick in range(100):
        device.let_pass(0.1)
        if device.emit():
            times.append(tick * 0.1)
    assert len(times) == 5
    assert device.ask("SEND") is None
    device.ask("S")
    assert not device.talking
    assert device.emit() is None


def test_transmitter_tells_about_itself() -> None:
    device = transmitter(echo=False, serial_number="A1234567")
    assert said(device.ask("?")).startswith("HMT330 / 5.16\r\nSerial number  : A1234567\r\n")
    assert said(device.ask("SERI")) == "Baud P D S     : 4800 E 7 1\r\n"
    assert said(device.ask("INTV")) == "Output interval: 0 S\r\n"
    assert said(device.ask("INTV 999 S")) == "Invalid parameter\r\n"
    assert said(device.ask("foo")).startswith("Unknown command: 'foo'")
    assert said(device.ask("ECHO ON")).endswith(">")
    assert device.greet() == b"\r\nHMT330 / 5.16\r\n>"


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30))
def test_any_line_gets_an_answer_or_silence(line: str) -> None:
    for device in (balance(), multimeter(), transmitter()):
        reply = device.ask(line)
        assert reply is None or isinstance(reply.data, bytes)
