"""Climate chambers by their text protocols: ESPEC, Samwontech, Weiss."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.espec_p300 import EspecP300
from simulators.devices.samwon_temi import SamwonTemi
from simulators.devices.weiss_simserv import WeissSimserv
from simulators.dialogue import Reply, TextDevice

LINES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


# ESPEC


def espec(seconds: float = 0.0, **options: object) -> EspecP300:
    device = EspecP300.create(options, Random(1))
    run(device, seconds)
    return device


def test_espec_monitors_in_the_form_of_the_manual() -> None:
    device = espec(600)
    reply = device.ask("MON?")
    temperature, humidity, mode, alarms = said(reply).strip().split(",")
    assert float(temperature) == pytest.approx(40, abs=0.5)
    assert float(humidity) == pytest.approx(75, abs=3)
    assert humidity.isdecimal()
    assert (mode, alarms) == ("CONSTANT", "0")
    assert reply is not None
    assert reply.values["temperature"] == float(temperature)
    assert said(device.ask("TEMP?")).split(",")[1:] == ["40.0", "185.0", "-75.0\r\n"]
    assert said(device.ask("HUMI?")).split(",")[1:] == ["75", "100", "0\r\n"]
    assert said(device.ask("MODE?")) == "CONSTANT\r\n"
    assert said(device.ask("ALARM?")) == "0\r\n"
    assert said(device.ask("TYPE?")) == "T,T,P300,185.0\r\n"
    assert said(device.ask("%?")).startswith("2,")


def test_espec_without_humidity() -> None:
    device = espec(humid=False)
    assert said(device.ask("MON?")).split(",")[1] == ""
    assert said(device.ask("HUMI?")) == "NA:CONT NOT READY-1\r\n"
    assert said(device.ask("TYPE?")).count(",") == 2
    assert device.state()["humidity"] is None


def test_espec_set_points() -> None:
    device = espec()
    assert said(device.ask("TEMP, S-10.5")) == "OK:TEMP, S-10.5\r\n"
    assert device.chamber.temperature_setpoint == -10.5
    assert said(device.ask("TEMP, S25.0 H60.0 L-5.0")).startswith("OK:")
    assert said(device.ask("TEMP?")).endswith(",25.0,60.0,-5.0\r\n")
    assert said(device.ask("HUMI,SOFF")) == "OK:HUMI,SOFF\r\n"
    reply = device.ask("HUMI?")
    assert said(reply).split(",")[1] == "OFF"
    assert reply is not None
    assert reply.values == {"humidity_setpoint": None}
    assert said(device.ask("CONSTANT SET?,HUMI")) == "75,OFF\r\n"
    assert said(device.ask("HUMI, S55")).startswith("OK:")
    assert said(device.ask("CONSTANT SET?,HUMI")) == "55,ON\r\n"
    assert said(device.ask("CONSTANT SET?,TEMP")) == "25.0,ON\r\n"


def test_espec_stands_idle_unless_in_constant_mode() -> None:
    device = espec(mode="STANDBY")
    run(device, 300)
    assert device.chamber.temperature == pytest.approx(22, abs=0.5)
    assert said(device.ask("MODE,CONSTANT")) == "OK:MODE,CONSTANT\r\n"
    run(device, 300)
    assert device.chamber.temperature == pytest.approx(40, abs=4)
    assert said(device.ask("POWER,OFF")) == "OK:POWER,OFF\r\n"
    assert said(device.ask("MODE?")) == "OFF\r\n"
    assert said(device.ask("KEYPROTECT,ON")) == "NA:CONT NOT READY-4\r\n"
    assert said(device.ask("power,on")) == "OK:power,on\r\n"
    assert said(device.ask("KEYPROTECT,ON")) == "OK:KEYPROTECT,ON\r\n"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("FOO?", "CMD ERR"),
        ("TEMP", "PARA ERR"),
        ("TEMP, X5", "PARA ERR"),
        ("TEMP,SOFF", "PARA ERR"),
        ("TEMP, S200", "DATA OUT OF RANGE"),
        ("HUMI, S120", "DATA OUT OF RANGE"),
        ("MODE,FLY", "PARA ERR"),
        ("MODE,RUN3", "DATA NOT READY"),
        ("PRGM MON?", "CONT NOT READY-2"),
        ("17,MON?", "ADDR ERR"),
        ("0,MON?", "ADDR ERR"),
    ],
)
def test_espec_refuses(line: str, answer: str) -> None:
    assert said(espec().ask(line)) == f"NA:{answer}\r\n"


def test_espec_alarm_and_protection() -> None:
    device = espec(300)
    with_alarm = espec(300)
    with_alarm.begin("alarm")
    run(with_alarm, 120)
    assert said(with_alarm.ask("MON?")).endswith(",CONSTANT,1\r\n")
    assert said(with_alarm.ask("ALARM?")) == "1,7\r\n"
    assert with_alarm.chamber.temperature < device.chamber.temperature
    device.begin("protected")
    assert said(device.ask("TEMP, S20.0")) == "NA:PROTECT ON\r\n"
    assert said(device.ask("TEMP?")).startswith("4")


def test_espec_on_a_shared_line_answers_to_its_address_alone() -> None:
    device = espec(address=3)
    assert device.address == "3"
    assert device.ask("MON?") is None
    assert device.ask("2,MON?") is None
    assert device.ask("99,MON?") is None
    assert said(device.ask("3,MON?")).endswith(",CONSTANT,0\r\n")
    assert said(device.ask("3, TEMP, S30.0")) == "OK:3, TEMP, S30.0\r\n"
    assert said(espec().ask("16,MODE?")) == "CONSTANT\r\n"


def test_an_open_door_disturbs_the_climate() -> None:
    device = espec(900, temperature=80.0)
    device.begin("door-open")
    run(device, 30)
    assert device.chamber.temperature < 75


# Samwontech


def framed(body: str) -> str:
    return f"\x02{body}{sum(body.encode()) % 256:02X}"


def temi(seconds: float = 0.0, **options: object) -> SamwonTemi:
    device = SamwonTemi.create(options, Random(1))
    run(device, seconds)
    return device


def test_temi_answers_the_example_of_the_manual() -> None:
    device = temi(900, temperature=30.0)
    reply = device.ask("\x0201RRD,02,0001,0002B2")
    assert said(reply)[:11] == "\x0201RRD,OK,0"
    assert said(reply)[14:19] == ",012C"
    assert framed("01RRD,OK,01F4,012C")[-2:] == "18"
    assert said(reply) == framed(said(reply)[1:-4]) + "\r\n"
    assert reply is not None
    assert reply.values["temperature"] == pytest.approx(30, abs=0.3)
    assert reply.values["temperature_setpoint"] == 30.0
    assert reply.checksum == len(reply.data) - 3


def test_temi_reads_and_writes() -> None:
    device = temi()
    assert said(device.ask("\x0201WSD,02,0102,01F4,0320C4")) == framed("01WSD,OK") + "\r\n"
    assert device.chamber.temperature_setpoint == 50.0
    assert device.chamber.humidity_setpoint == 80.0
    assert said(device.ask(framed("01RSD,02,0102"))) == framed("01RSD,OK,01F4,0320") + "\r\n"
    assert said(device.ask(framed("01WRD,01,0102,FF38"))).startswith("\x0201WRD,OK")
    reply = device.ask(framed("01RRD,02,0002,0006"))
    assert said(reply).startswith("\x0201RRD,OK,FF38,0320")
    assert reply is not None
    assert reply.values == {"temperature_setpoint": -20.0, "humidity_setpoint": 80.0}
    assert said(device.ask(framed("01AMI"))) == framed("01AMI,OK,TEMI880    V00 R00") + "\r\n"
    assert said(device.ask(framed("01CLD"))).startswith("\x0201NG12")
    assert said(device.ask(framed("01STD,02,0002,0006"))) == framed("01STD,OK") + "\r\n"
    assert said(device.ask(framed("01CLD"))) == framed("01CLD,OK,FF38,0320") + "\r\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("01XYZ,01,0001", "01"),
        ("01RRD,01,1150", "02"),
        ("01RRD,01,9999", "02"),
        ("01RRD,01,00A1", "02"),
        ("01WRD,01,0001,0000", "02"),
        ("01WRD,01,0102,01G4", "04"),
        ("01WRD,01,0102,7FFF", "04"),
        ("01WRD,01,0103,7FFF", "04"),
        ("01RRD,02,0001", "08"),
        ("01RSD,33,0001", "08"),
        ("01RSD,00,0001", "08"),
        ("01AMI,1", "08"),
        ("01CLD,1", "08"),
    ],
)
def test_temi_refuses(body: str, code: str) -> None:
    assert said(temi().ask(framed(body))) == framed(f"01NG{code}") + "\r\n"


def test_temi_with_a_wrong_sum_and_for_others() -> None:
    device = temi()
    assert said(device.ask("\x0201RRD,02,0001,0002B3")) == framed("01NG11") + "\r\n"
    assert said(device.ask("\x0201")) == framed("01NG11") + "\r\n"
    for foreign in (framed("02RRD,01,0001"), "01RRD,01,0001", "", "\x02", "noise"):
        assert device.ask(foreign) is None
    assert said(device.ask("noise" + framed("01AMI"))).startswith("\x0201AMI,OK")


def test_temi_without_checksum() -> None:
    device = temi(checksum=False, address=12)
    assert (device.address, device.checksummed) == ("12", False)
    assert said(device.ask("\x0212RRD,01,0002")) == "\x0212RRD,OK,01F4\r\n"
    assert said(device.ask("\x0212RRD,01,5000")) == "\x0212NG02\r\n"


def test_temi_with_a_broken_sensor() -> None:
    device = temi(60)
    device.begin("sensor-break")
    run(device, 1)
    assert device.state()["temperature"] == 200.0
    assert said(device.ask(framed("01RRD,01,0001"))).startswith("\x0201RRD,OK,07D0")


# Weiss


def simserv(*fields: object) -> str:
    return "\xb6".join(str(field) for field in fields)


def weiss(seconds: float = 0.0, **options: object) -> WeissSimserv:
    device = WeissSimserv.create(options, Random(1))
    run(device, seconds)
    return device


def test_weiss_tells_values_set_points_and_limits() -> None:
    device = weiss(600)
    reply = device.ask(simserv(11004, 1, 1))
    assert said(reply)[:2] == "1\xb6"
    assert said(reply)[-2:] == "\r\n"
    assert reply is not None
    assert reply.values == {"temperature": float(said(reply)[2:])}
    assert reply.values["temperature"] == pytest.approx(60, abs=0.5)
    assert said(device.ask(simserv(11002, 1, 2))) == "1\xb650.0\r\n"
    assert said(device.ask(simserv(11018, 1))) == "1\xb62\r\n"
    assert said(device.ask(simserv(11026, 1, 2))) == "1\xb6Humidity\r\n"
    assert said(device.ask(simserv(11023, 1, 1))) == "1\xb6\xb0C\r\n"
    assert said(device.ask(simserv(11007, 1, 1))) == "1\xb6-75.0\r\n"
    assert said(device.ask(simserv(11009, 1, 1))) == "1\xb6180.0\r\n"
    assert said(device.ask(simserv(99997, 1, 1))) == "1\xb6WKL 100/40\r\n"
    assert said(device.ask(simserv(12012, 1))) == "1\xb60\r\n"
    assert said(device.ask(simserv(19204, 1))) == "1\xb60\r\n"


def test_weiss_sets_what_can_be_set() -> None:
    device = weiss()
    assert said(device.ask(simserv(11001, 1, 1, "25.0"))) == "1\r\n"
    assert said(device.ask(simserv(11002, 1, 1))) == "1\xb625.0\r\n"
    assert said(device.ask("11001\xc2\xb61\xc2\xb62\xc2\xb630")) == "1\r\n"
    assert said(device.ask(simserv(11002, 1, 2))) == "1\xb630.0\r\n"
    assert said(device.ask(simserv(13006, 1, 1, 60))) == "1\r\n"
    assert said(device.ask(simserv(13005, 1, 1))) == "1\xb660.0\r\n"
    assert said(device.ask(simserv(14001, 1, 7, 1))) == "1\r\n"
    assert said(device.ask(simserv(14003, 1, 7))) == "1\xb61\r\n"
    assert said(device.ask(simserv(14010, 1, 8))) == "1\xb6Dryer\r\n"


def test_weiss_starts_and_stops() -> None:
    device = weiss(running=False)
    assert said(device.ask(simserv(10012, 1))) == "1\xb61\r\n"
    run(device, 200)
    assert device.chamber.temperature == pytest.approx(22, abs=0.5)
    assert said(device.ask(simserv(14001, 1, 1, 1))) == "1\r\n"
    assert said(device.ask(simserv(10012, 1))) == "1\xb63\r\n"
    run(device, 300)
    assert device.chamber.temperature > 50


def test_weiss_follows_a_gradient() -> None:
    device = weiss(900, temperature=30.0)
    assert said(device.ask(simserv(11068, 1, 1, 6))) == "1\r\n"
    assert said(device.ask(simserv(11066, 1, 1))) == "1\xb66.0\r\n"
    device.ask(simserv(11001, 1, 1, 60))
    run(device, 60)
    assert device.chamber.temperature_setpoint == pytest.approx(36, abs=0.2)
    assert device.chamber.temperature == pytest.approx(34.5, abs=2)
    assert device.state()["temperature_setpoint"] == 60.0


def test_weiss_warns_and_alarms() -> None:
    device = weiss(10)
    device.begin("door-open")
    assert said(device.ask(simserv(10012, 1))) == "1\xb67\r\n"
    assert said(device.ask(simserv(15002, 1, 1))) == "1\xb61\r\n"
    device.begin("alarm")
    assert said(device.ask(simserv(10012, 1))) == "1\xb615\r\n"
    assert said(device.ask(simserv(17009, 1, 1))) == "1\xb61\r\n"
    assert said(device.ask(simserv(17007, 1, 1))) == "1\xb6Temperature limiter\r\n"
    device.begin("sensor-break")
    assert said(device.ask(simserv(11004, 1, 1))) == "-8\r\n"
    assert said(device.ask(simserv(11004, 1, 2)))[:2] == "1\xb6"
    assert device.state()["temperature"] is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (simserv(47110, 1), "-5"),
        ("hello", "-5"),
        (simserv(11004, 1), "-6"),
        (simserv(11004), "-6"),
        (simserv(11004, 1, 3), "-6"),
        (simserv(11004, "x", 1), "-6"),
        (simserv(11001, 1, 1, 500), "-6"),
        (simserv(11001, 1, 1, "nan"), "-6"),
        (simserv(11001, 1, 1, "warm"), "-6"),
        (simserv(11068, 1, 2, 5), "-6"),
        (simserv(12002, 1, 1), "-6"),
        (simserv(14001, 1, 1, 2), "-6"),
        (simserv(14003, 1, 9), "-6"),
        (simserv(19014, 1, 3, 1), "-6"),
    ],
)
def test_weiss_refuses(line: str, code: str) -> None:
    assert said(weiss().ask(line)) == f"{code}\r\n"


@given(LINES)
def test_any_line_gets_an_answer_or_silence(line: str) -> None:
    for device in (ESPEC, TEMI, WEISS):
        for text in (line, "\x0201" + line, framed(f"01{line}") if line.isascii() else line):
            reply = device.ask(text)
            assert reply is None or reply.data.endswith(b"\r\n")


@given(
    st.sampled_from(["TEMP", "HUMI", "MODE", "11001", "11004", "14001", "01WSD", "01RRD", "01STD"]),
    st.lists(st.text(st.characters(max_codepoint=127, exclude_characters="\r\n"), max_size=6)),
)
def test_any_parameters_are_taken_or_refused(name: str, fields: list[str]) -> None:
    assert ESPEC.ask(",".join([name, *fields])) is not None
    assert WEISS.ask("\xb6".join([name, *fields])) is not None
    TEMI.ask(framed(",".join([name, *fields])))


ESPEC, TEMI, WEISS = espec(), temi(), weiss()
