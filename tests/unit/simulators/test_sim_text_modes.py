"""What the multimeter, the balance and the transmitter do beyond a plain reading."""

from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.keithley_2000 import Keithley2000
from simulators.devices.mettler_sics import MettlerSics
from simulators.devices.vaisala_form import checksum
from simulators.devices.vaisala_hmt330 import VaisalaHmt330
from simulators.dialogue import Reply, TextDevice


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def run(device: TextDevice, seconds: float) -> list[str]:
    """Let time pass; return what the device sends by itself."""
    heard: list[str] = []
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)
        while device.talking and (reply := device.emit()):
            heard.append(said(reply))
    return heard


# The multimeter


def multimeter() -> Keithley2000:
    return Keithley2000.create({"voltage": 5.0, "resistance": 1000.0}, Random(1))


@pytest.mark.parametrize(
    ("command", "mode", "value", "unit"),
    [
        (":CONF:VOLT:DC", "VOLT:DC", 5.0, "VDC"),
        (":CONF:VOLTAGE", "VOLT:DC", 5.0, "VDC"),
        (":SENS:FUNC 'CURR:DC'", "CURR:DC", 0.005, "ADC"),
        (':SENS:FUNC "RESistance"', "RES", 1000.0, "OHM"),
        (":CONF:FRES", "FRES", 1000.0, "OHM4W"),
        (":CONF:FREQ", "FREQ", 50.0, "HZ"),
        (":CONF:PER", "PER", 0.02, "SEC"),
        (":CONF:TEMP", "TEMP", 23.0, "C"),
        (":CONF:VOLT:AC", "VOLT:AC", 0.005, "VAC"),
    ],
)
def test_functions(command: str, mode: str, value: float, unit: str) -> None:
    device = multimeter()
    assert device.ask(f"{command};:FORM:ELEM READ,UNIT") is None
    assert said(device.ask(":SENS:FUNC?")) == f'"{mode}"\n'
    text = said(device.ask(":READ?")).strip()
    assert text.endswith(unit)
    assert float(text.removesuffix(unit)) == pytest.approx(value, rel=0.05)


def test_only_a_voltage_is_the_channel() -> None:
    device = multimeter()
    device.ask(":CONF:RES")
    reply = device.ask(":READ?")
    assert reply is not None
    assert reply.values == {}
    assert device.state() == {"voltage": None}


def test_a_range_that_is_too_low_overflows() -> None:
    device = multimeter()
    device.ask(":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 0.5")
    assert said(device.ask(":SENS:VOLT:RANG?;:SENS:VOLT:RANG:AUTO?")) == "1.000000E+00;0\n"
    assert said(device.ask(":READ?")) == "+9.9E37\n"
    device.ask(":SENS:VOLT:RANG:AUTO ON")
    assert float(said(device.ask(":READ?"))) == pytest.approx(5, rel=1e-3)


def test_integration_takes_its_time() -> None:
    device = multimeter()
    delays: list[float] = []
    for cycles in (0.1, 1, 10):
        reply = device.ask(f":SENS:VOLT:NPLC {cycles};:READ?")
        assert reply is not None
        delays.append(reply.delay)
    assert delays == sorted(delays)
    assert delays[1] == pytest.approx(0.07)
    assert delays[2] > 0.4


def test_relative_readings() -> None:
    device = multimeter()
    device.ask(":SENS:VOLT:REF 4;:SENS:VOLT:REF:STAT ON")
    assert float(said(device.ask(":READ?"))) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (":SENS:VOLT:NPLC 99", '-222,"Parameter data out of range"'),
        (":SENS:VOLT:RANG 5000", '-222,"Parameter data out of range"'),
        (":SENS:VOLT:NPLC", '-109,"Missing parameter"'),
        (":SENS:VOLT:NPLC x", '-224,"Illegal parameter value"'),
        (":SENS:VOLT:NPLC nan", '-224,"Illegal parameter value"'),
        (":SENS:VOLT:FOO 1", '-113,"Undefined header"'),
        (":SENS:VOLT:FOO?", '-113,"Undefined header"'),
        (":CONF:FOO", '-224,"Illegal parameter value"'),
        (":FORM:ELEM FOO", '-224,"Illegal parameter value"'),
    ],
)
def test_errors_of_settings(command: str, error: str) -> None:
    device = multimeter()
    assert device.ask(command) is None
    assert said(device.ask(":SYST:ERR?")) == error + "\n"


def test_reading_while_it_triggers_itself() -> None:
    device = multimeter()
    assert said(device.ask(":INIT:CONT ON;:READ?;:SYST:ERR?")).endswith('-213,"Init ignored"\n')


# The balance


def balance() -> MettlerSics:
    device = MettlerSics.create({"samples": False}, Random(1))
    run(device, 3)
    return device


@pytest.mark.parametrize("command", ["SIR", "SIRU"])
def test_the_rate_of_sir_can_be_set(command: str) -> None:
    device = balance()
    assert said(device.ask("UPD")) == "UPD A 5.000\r\n"
    assert said(device.ask("UPD 2")) == "UPD A\r\n"
    assert said(device.ask("UPD 99")) == "UPD L\r\n"
    assert said(device.ask(command)).startswith("S S ")
    assert len(run(device, 3)) in {5, 6}
    device.ask("@")
    assert run(device, 1) == []


def test_sir_tells_trouble_and_goes_on() -> None:
    device = balance()
    device.ask("SIR")
    device.begin("overload")
    assert set(run(device, 1)) == {"S +\r\n"}
    device.end("overload")
    assert all(line.startswith("S S ") for line in run(device, 1))


def test_snr_sends_each_new_stable_weight() -> None:
    device = balance()
    assert said(device.ask("SNR")).startswith("S S ")
    assert run(device, 5) == []
    device.cell.put(20.0)
    heard = run(device, 8)
    assert [line[:4] for line in heard] == ["S S "]
    assert float(heard[0][4:14]) == pytest.approx(20, abs=0.01)
    device.cell.put(20.5)  # less than an eighth
    assert run(device, 8) == []
    device.ask("SI")
    device.cell.put(50.0)
    assert run(device, 8) == []


def test_sr_tells_that_the_weight_changes_as_well() -> None:
    device = balance()
    device.ask("SR 1.00 g")
    device.cell.put(20.0)
    assert [line[:4] for line in run(device, 8)] == ["S D ", "S S "]


def test_the_display_unit_and_a_tare_that_is_given() -> None:
    device = balance()
    assert said(device.ask("SU")).startswith("S S ")
    assert said(device.ask("SIU")).startswith("S S ")
    assert said(device.ask("TA 10.00 g")) == "TA A    10.0000 g\r\n"
    assert float(said(device.ask("SI"))[4:14]) == pytest.approx(-10, abs=0.001)
    assert said(device.ask("TA x")) == "TA L\r\n"
    assert said(device.ask("SNR x")) == "EL\r\n"


# The transmitter


def transmitter(**options: object) -> VaisalaHmt330:
    return VaisalaHmt330.create({"echo": False, **options}, Random(1))


def test_the_format_of_the_manual() -> None:
    device = transmitter()
    assert said(device.ask('form "RH=" 4.2 rh U5 #t "T=" t U3 #r #n')) == "OK\r\n"
    reply = device.ask("send")
    assert reply is not None
    humidity, temperature = reply.values["humidity"], reply.values["temperature"]
    assert said(reply) == f"RH={humidity:7.2f}%RH  \tT={temperature:7.2f}'C \r\n"
    assert said(device.ask("FORM")) == '"RH=" 4.2 rh U5 #t "T=" t U3 #r #n' + "\r\n"
    assert said(device.ask("FORM /")) == "OK\r\n"
    assert said(device.ask("SEND")).startswith("RH= ")


def test_checksums_of_a_message_so_far() -> None:
    text = "$ 44.5, 22.5*"
    assert checksum("CS2", text) == f"{sum(text.encode()) % 256:02X}"
    assert checksum("CS4", text) == f"{sum(text.encode()):04X}"
    assert checksum("CSX", text) == f"{reduce(lambda a, b: a ^ b, b' 44.5, 22.5'):02X}"


@pytest.mark.parametrize("kind", ["CS2", "CS4", "CSX"])
def test_a_line_with_a_checksum(kind: str) -> None:
    device = transmitter()
    device.ask(f'FORM 3.1 RH " " T " " {kind} \\rn')
    text = said(device.ask("SEND")).removesuffix("\r\n")
    body = text[: -4 if kind == "CS4" else -2]
    assert text == body + checksum(kind, body)


def test_other_quantities_and_words() -> None:
    device = transmitter(temperature=20.0, humidity=50.0)
    device.room.condition(20.0, 50.0)
    device.ask('FORM 3.2 A "|" X "|" PW "|" PWS "|" H "|" TD "|" SN "|" ADDR "|" ERR #r#n')
    parts = said(device.ask("SEND")).split("|")
    expected = (8.6, 7.25, 11.7, 23.4, 38.5, 9.3)
    for part, value in zip(parts, expected, strict=False):
        assert float(part) == pytest.approx(value, rel=0.1)
    assert parts[6:] == ["H3430005", "0", "0000\r\n"]


def test_stars_for_what_is_not_available() -> None:
    device = transmitter()
    device.begin("sensor-break")
    device.ask('FORM 3.2 RH " " T #r#n')
    reply = device.ask("SEND")
    assert said(reply) == "***.** ***.**\r\n"
    assert reply is not None
    assert reply.values == {"humidity": None, "temperature": None}


@pytest.mark.parametrize("form", ["foo", '"open', "RH #999", "99.9 RH", "RH " * 40])
def test_formats_that_are_refused(form: str) -> None:
    device = transmitter()
    assert said(device.ask(f"FORM {form}")) == "Invalid parameter\r\n"
    assert said(device.ask("SEND")).startswith("RH= ")


def test_the_time_can_be_added() -> None:
    device = transmitter()
    assert said(device.ask("FTIME ON")) == "Form. time     : ON\r\n"
    run(device, 65)
    assert said(device.ask("SEND")).startswith("00:01:05 RH= ")


def test_running_from_power_on() -> None:
    device = transmitter(mode="RUN")
    device.ask("SEND")
    heard = run(device, 3)
    assert len(heard) in {5, 6, 7}
    assert all(line.startswith("RH= ") for line in heard)
    device.ask("s")
    assert run(device, 1) == []
    assert said(device.ask("SMODE")) == "Serial mode    : RUN\r\n"
    assert said(device.ask("RESET")) == "HMT330 / 5.16\r\n"
    assert run(device, 1) != []


def test_polled_by_address() -> None:
    device = transmitter(mode="POLL", bus_address=5)
    assert device.address == "5"
    for line in ("SEND", "SEND 4", "VERS", "", "R"):
        assert device.ask(line) is None
    assert said(device.ask("SEND 5")).startswith("RH= ")
    assert "opened" in said(device.ask("OPEN 5"))
    assert said(device.ask("ADDR 7")) == "Address        : 7\r\n"
    assert said(device.ask("CLOSE")) == "line closed\r\n"
    assert device.ask("SEND 5") is None
    assert said(device.ask("SEND 7")).startswith("RH= ")


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30))
def test_no_parameter_breaks_them(line: str) -> None:
    transmitters = (transmitter(), transmitter(mode="POLL"))
    for device in (*transmitters, multimeter(), MettlerSics.create({}, Random(1))):
        for head in ("FORM ", "SMODE ", "SEND ", "SNR ", "UPD ", "TA ", ":SENS:VOLT:", ":CONF:"):
            reply = device.ask(head + line)
            assert reply is None or isinstance(reply.data, bytes)
        device.ask("SEND")
