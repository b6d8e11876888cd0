"""Multimeters with SCPI commands: 34401A and 34970A."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.keysight_34401a import Keysight34401a
from simulators.devices.keysight_34970a import Keysight34970a
from simulators.dialogue import Reply

NOTHING = '+0,"No error"\r\n'


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def meter(**options: object) -> Keysight34401a:
    return Keysight34401a.create({"voltage": -1.5, **options}, Random(1))


def logger(**options: object) -> Keysight34970a:
    return Keysight34970a.create(options, Random(1))


# 34401A


@pytest.mark.parametrize("line", ["READ?", ":meas:volt:dc?", "MEASURE? ", "MEAS:VOLT? DEF,DEF"])
def test_meter_measures(line: str) -> None:
    reply = meter().ask(line)
    assert len(said(reply)) == len("+1.50000000E+00\r\n")
    assert reply is not None
    assert reply.values["voltage"] == float(said(reply)) == pytest.approx(-1.5, rel=1e-3)
    assert reply.delay > 0


def test_meter_is_triggered_and_read() -> None:
    device = meter()
    assert device.ask("FETC?") is None
    assert said(device.ask("SYST:ERR?")) == '-230,"Data stale"\r\n'
    assert device.ask("CONF:VOLT:DC 10,0.001;:SAMP:COUN 3;:INIT") is None
    assert said(device.ask("DATA:POIN?")) == "+3\r\n"
    assert said(device.ask("FETCH?")).count(",") == 2
    assert said(device.ask("SAMP:COUN?")) == "+3\r\n"
    assert said(device.ask("*RST;SAMP:COUN?")) == "+1\r\n"


def test_meter_says_what_it_is_set_to() -> None:
    device = meter()
    assert said(device.ask("*IDN?")) == "HEWLETT-PACKARD,34401A,0,10-5-2\r\n"
    assert said(device.ask("CONF?")) == '"VOLT +1.000000E+01,+3.000000E-05"\r\n'
    assert device.ask('FUNC "VOLT:AC"') is None
    assert said(device.ask("FUNC?")) == '"VOLT:AC"\r\n'
    assert device.ask("FUNC 'FRESISTANCE'") is None
    assert said(device.ask("FUNC?;CONF?")).startswith('"FRES";"FRES ')
    reply = device.ask("READ?")
    assert reply is not None
    assert reply.values == {}
    assert device.ask("VOLT:RANG 100;:VOLT:NPLC 1") is None
    assert said(device.ask("VOLT:DC:RANG?")) == "+1.00000000E+02\r\n"
    assert said(device.ask("SENSE:VOLTAGE:NPLCYCLES?")) == "+1.00000000E+00\r\n"
    assert device.ask("ZERO:AUTO OFF") is None
    assert said(device.ask("ZERO:AUTO?")) == "0\r\n"
    assert said(device.ask("SYST:ERR?")) == NOTHING


def test_meter_overload() -> None:
    device = meter()
    device.begin("overload")
    reply = device.ask("READ?")
    assert said(reply) == "+9.90000000E+37\r\n"
    assert reply is not None
    assert reply.values == {"voltage": None}
    assert device.state() == {"voltage": None}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("FOO", '-113,"Undefined header"'),
        ("REA?", '-113,"Undefined header"'),
        ("SAMP:COUN 0", '-222,"Data out of range"'),
        ("SAMP:COUN many", '-224,"Illegal parameter value"'),
        ('FUNC "WIND"', '-224,"Illegal parameter value"'),
        ("VOLT:RANG", '-109,"Missing parameter"'),
    ],
)
def test_meter_complains(line: str, error: str) -> None:
    device = meter()
    assert said(device.ask("*ESR?")) == "+128\r\n"
    assert device.ask(line) is None
    assert said(device.ask("SYST:ERR?")) == error + "\r\n"
    assert said(device.ask("SYSTEM:ERROR?")) == NOTHING
    assert said(device.ask("*ESR?")) in {"+32\r\n", "+16\r\n"}


def test_errors_queue_up_to_twenty() -> None:
    device = meter()
    for _ in range(30):
        device.ask("NONSENSE")
    errors = [said(device.ask("SYST:ERR?")) for _ in range(21)]
    assert errors[0].startswith("-113")
    assert errors[19:] == ['-350,"Too many errors"\r\n', NOTHING]
    device.ask("NONSENSE;*CLS")
    assert said(device.ask("SYST:ERR?")) == NOTHING


def test_a_strict_meter_has_to_be_in_remote() -> None:
    device = meter(strict=True)
    assert device.ask("READ?") is None
    assert said(device.ask("SYST:ERR?")) == '550,"Command not allowed in local"\r\n'
    assert said(device.ask("*IDN?")).startswith("HEWLETT")
    assert device.ask("SYST:REM") is None
    assert float(said(device.ask("READ?"))) == pytest.approx(-1.5, rel=1e-3)
    assert device.ask("SYST:LOC;:INIT") is None
    assert said(device.ask("SYST:ERR?")).startswith("550")


def test_ctrl_c_needs_no_end_of_line() -> None:
    device = meter()
    assert device.ends("REA\x03")
    assert device.ask("REA\x03") is None
    assert said(device.ask("SYST:ERR?")) == NOTHING


# 34970A


def test_logger_scans_its_list() -> None:
    device = logger(temperature=23.0, voltage=2.0)
    reply = device.ask("READ?")
    texts = said(reply).strip().split(",")
    assert [float(text) for text in texts] == pytest.approx([23, 23, 2], abs=2)
    assert reply is not None
    assert reply.values == {
        f"ch{channel}": float(text) for channel, text in zip((101, 102, 103), texts, strict=True)
    }
    assert said(device.ask("ROUT:SCAN?")) == "#214(@101,102,103)\r\n"
    assert said(device.ask("ROUTE:SCAN:SIZE?")) == "+3\r\n"
    assert device.ask("ROUT:SCAN (@)") is None
    assert said(device.ask("ROUT:SCAN?")) == "#13(@)\r\n"
    assert device.ask("READ?") is None
    assert said(device.ask("SYST:ERR?")).startswith("+305,")
    assert device.ask("ROUT:SCAN (@105:110,115)") is None
    assert said(device.ask("ROUT:SCAN?")) == "#230(@105,106,107,108,109,110,115)\r\n"


def test_logger_tells_what_belongs_to_a_reading() -> None:
    device = logger()
    on = "FORM:READ:UNIT ON;:FORM:READ:TIME ON;:FORM:READ:CHAN ON;:FORM:READ:ALAR ON"
    assert device.ask(on) is None
    fields = said(device.ask("READ?")).strip().split(",")
    assert fields[0].endswith(" C")
    assert fields[1:4] == ["000000000.000", "101", "0"]
    assert fields[8].endswith(" VDC")
    assert len(fields) == 12
    assert device.ask("CONF:TEMP TC,K,(@101)") is None
    assert "," not in said(device.ask("READ?"))


def test_logger_measures_and_remembers() -> None:
    device = logger()
    assert float(said(device.ask("MEAS:VOLT:DC? (@103)"))) == pytest.approx(1.25, abs=0.01)
    assert device.ask("ROUT:SCAN (@101,102);:TRIG:COUN 3;:INIT") is None
    assert said(device.ask("DATA:POIN?")) == "+6\r\n"
    assert said(device.ask("DATA:REM? 2")).count(",") == 1
    assert said(device.ask("DATA:POIN?")) == "+4\r\n"
    assert said(device.ask("FETC?")).count(",") == 3
    assert said(device.ask("DATA:LAST? (@102)")).count(",") == 0


@pytest.mark.parametrize("event", ["overload", "sensor-break"])
def test_logger_with_a_channel_in_trouble(event: str) -> None:
    device = logger()
    device.begin(event, "ch102")
    reply = device.ask("READ?")
    assert said(reply).split(",")[1] == "+9.90000000E+37"
    assert reply is not None
    assert reply.values["ch102"] is None
    assert reply.values["ch101"] is not None
    assert device.state()["ch102"] is None


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ROUT:SCAN", "-109"),
        ("ROUT:SCAN (@500)", "-224"),
        ("ROUT:SCAN 101", "-224"),
        ("CONF:TEMP TC,K", "-224"),
        ("MEAS:TEMP?", "-109"),
        ("FETC?", "-230"),
        ("DATA:REM? 5", "-222"),
        ("TRIG:COUN 0", "-222"),
        ("SYST:CTYP? 400", "-224"),
        ("FOO?", "-113"),
    ],
)
def test_logger_complains(line: str, error: str) -> None:
    device = logger()
    assert device.ask(line) is None
    assert said(device.ask("SYST:ERR?")).startswith(error)


def test_logger_identifies_itself() -> None:
    device = logger()
    assert said(device.ask("*IDN?")) == "HEWLETT-PACKARD,34970A,0,13-2-2\r\n"
    assert said(device.ask("SYST:CTYP? 100")) == "HEWLETT-PACKARD,34901A,0,1.0\r\n"
    assert said(device.ask("SYST:CTYP? 200")) == "HEWLETT-PACKARD,0,0,1.0\r\n"


LINES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
HEADERS = st.sampled_from(
    ["ROUT:SCAN", "SAMP:COUN", "FUNC", "DATA:REM?", "TRIG:COUN", "CONF:TEMP", "MEAS:VOLT?", ""]
)


@given(HEADERS, LINES)
def test_any_line_gets_an_answer_or_silence(header: str, line: str) -> None:
    for device in (meter(), logger()):
        for text in (line, f"{header} {line}", f"{header} (@{line})"):
            reply = device.ask(text)
            assert reply is None or reply.data.endswith(b"\r\n")
