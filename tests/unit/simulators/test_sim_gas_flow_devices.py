"""Mass-flow controllers: how the gas follows, and what Alicat and Bronkhorst say about it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.alicat_mc import AlicatMc
from simulators.devices.bronkhorst_propar import BronkhorstPropar
from simulators.devices.gas_flow import GasFlow
from simulators.dialogue import Reply, TextDevice


def said(reply: Reply | None) -> str:
    assert reply is not None
    return reply.data.decode("latin-1")


def run(device: TextDevice, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        device.let_pass(0.1)


# Physics


def test_the_flow_follows_its_set_point_with_lag_and_overshoot() -> None:
    line = GasFlow(Random(1), 100.0, 0.0)
    line.setpoint = 50.0
    course: list[float] = []
    for _ in range(60):
        line.step(0.1)
        course.append(line.flow)
    assert course[1] < 15
    assert 52 < max(course) < 57
    assert course[-1] == pytest.approx(50, abs=0.5)


def test_the_length_of_a_step_does_not_change_where_the_flow_goes() -> None:
    lines = [GasFlow(Random(1), 100.0, 0.0) for _ in range(2)]
    for line, step in zip(lines, (0.05, 1.0), strict=True):
        line.setpoint = 80.0
        for _ in range(round(2 / step)):
            line.step(step)
    assert lines[0].flow == pytest.approx(lines[1].flow, abs=0.4)


def test_no_gas_no_flow_and_a_gaping_valve_more_than_the_sensor_tells() -> None:
    line = GasFlow(Random(1), 10.0, 5.0)
    line.step(10, closed=True)
    assert line.flow == pytest.approx(0, abs=0.05)
    line.step(10, stuck=True)
    assert line.flow == pytest.approx(12.8)


def test_the_counter_integrates_the_flow() -> None:
    line = GasFlow(Random(1), 10.0, 6.0)
    for _ in range(600):
        line.step(0.1)
    assert line.total == pytest.approx(6.0, rel=0.01)


# Alicat


def alicat(**options: object) -> AlicatMc:
    device = AlicatMc.create(options, Random(2))
    run(device, 5)
    return device


def test_a_frame_has_the_widths_of_a_real_one() -> None:
    device = alicat(full_scale=500.0, flow_unit="SCCM", setpoint=78.95, gas="N2")
    reply = device.ask("A")
    captured = "A +014.62 +021.89 +000.00 +000.00 +078.95     N2\r"
    assert [len(part) for part in said(reply).split(" ")] == [
        len(part) for part in captured.split(" ")
    ]
    assert " +078.95     N2\r" in said(reply)
    assert reply is not None
    assert reply.values == device.state()
    assert reply.values["setpoint"] == 78.95
    assert reply.values["gas"] == "N2"
    assert reply.values["mass_flow"] == pytest.approx(78.95, abs=1.5)
    assert device.ask("a") == Reply(said(reply).encode(), "a", reply.values)


def test_volumetric_and_mass_flow_belong_together() -> None:
    values = alicat().state()
    mass, volume, pressure = (values[k] for k in ("mass_flow", "volumetric_flow", "pressure"))
    assert isinstance(mass, float)
    assert isinstance(volume, float)
    assert isinstance(pressure, float)
    assert volume * pressure / 14.696 == pytest.approx(mass, rel=0.02)


@pytest.mark.parametrize("command", ["AS 5.0", "AS5.0", "as 5", "AS=5.0", "A16000", "ALS 5"])
def test_a_set_point_can_be_written(command: str) -> None:
    device = alicat()
    assert "+05.000" in said(device.ask(command))
    run(device, 5)
    assert device.state()["mass_flow"] == pytest.approx(5, abs=0.1)


def test_alicat_tells_its_set_point() -> None:
    assert said(alicat().ask("ALS")) == "A +02.000 +02.000 7 SLPM\r"


@pytest.mark.parametrize(
    "command", ["AS 21", "AS -1", "ALS 21", "AG99", "AFOO", "AR999", "AW122=1", "ADV 0 2", "ADV 1"]
)
def test_what_alicat_refuses(command: str) -> None:
    device = alicat()
    assert said(device.ask(command)) == "?\r"
    assert device.state()["setpoint"] == 2.0


def test_other_units_are_silent() -> None:
    assert alicat().ask("B") is None
    assert alicat(address="B").ask("A") is None
    assert alicat().ask("") is None


@pytest.mark.parametrize(
    ("event", "flags"),
    [
        ("overflow", " VOV MOV\r"),
        ("overpressure", " POV\r"),
        ("overheated", " TOV\r"),
        ("adc-error", " ADC\r"),
    ],
)
def test_flags_follow_the_gas(event: str, flags: str) -> None:
    device = alicat()
    device.begin(event)
    run(device, 5)
    assert said(device.ask("A")).endswith("Air" + flags)
    device.end(event)
    run(device, 5)
    assert said(device.ask("A")).endswith("Air\r")


def test_hold_and_lock_are_flags_too() -> None:
    device = alicat()
    assert said(device.ask("AHC")).endswith(" HLD\r")
    run(device, 5)
    assert device.state()["mass_flow"] == pytest.approx(0, abs=0.05)
    assert said(device.ask("AL")).endswith(" HLD LCK\r")
    assert said(device.ask("A$$U")).endswith(" HLD\r")
    assert said(device.ask("AC")).endswith("Air\r")


def test_gas_by_number_and_by_register() -> None:
    device = alicat()
    assert said(device.ask("AG8")).endswith("     N2\r")
    assert said(device.ask("AGS 7")) == "A 7 He He\r"
    assert said(device.ask("A$$W46=1")) == "A   046 = 1\r"
    assert device.state()["gas"] == "Ar"


def test_streaming_until_the_unit_gets_an_id() -> None:
    device = alicat()
    assert said(device.ask("ANCS 200")) == "A   091 = 200\r"
    assert device.ask("A@=@") is None
    assert device.talking
    lines: list[str] = []
    for _ in range(10):
        device.let_pass(0.1)
        while reply := device.emit():
            lines.append(said(reply))
    assert 5 <= len(lines) <= 6
    assert lines[0].startswith("+0")
    assert device.ask("A") is None
    assert device.ask("noise") is None
    assert said(device.ask("@@=C")).startswith("C +0")
    assert not device.talking
    assert device.emit() is None
    assert said(device.ask("C")).startswith("C +0")


def test_the_new_form_of_streaming() -> None:
    device = alicat()
    assert device.ask("A@ @") is None
    assert said(device.ask("@@ A")).startswith("A +0")


def test_alicat_describes_its_frame_and_itself() -> None:
    device = alicat(full_scale=500.0, flow_unit="SCCM", serial_number="521641")
    rows = said(device.ask("A??D*")).split("\r")
    assert rows[2] == "A D02 002 Abs Press                  s decimal     7/2 010 02 PSIA"
    assert rows[6] == "A D06 037 Mass Flow Setpt            s decimal     7/2 012 02 SCCM"
    assert rows[7] == "A D07 703 Gas                        string          6"
    assert rows[21] == "A D21 702 *Status                    string          3 LCK"
    assert said(device.ask("A??M4")) == "A  M04 Model Number MC-500SCCM-D\r"
    assert said(device.ask("A??M5")) == "A  M05 Serial Number 521641\r"
    assert said(device.ask("AVE")) == "A   10v20.0-R24 Jan  9 2025,15:04:07\r"
    assert said(device.ask("A??G8")) == "A G08      N2\r"
    assert said(device.ask("A??D99")) == "?\r"


def test_chosen_statistics_come_without_unit_id() -> None:
    first, second, third = said(alicat().ask("ADV 10 2 37 99")).split()
    assert first.startswith("+0")
    assert (second, third) == ("+02.000", "--")


def test_a_totalizer_adds_a_field_and_can_be_reset() -> None:
    device = alicat(totalizer=True)
    assert len(said(device.ask("A")).split()) == 8
    assert device.line.total > 0
    device.ask("AT")
    assert device.line.total == 0


# Bronkhorst


def propar(**options: object) -> BronkhorstPropar:
    device = BronkhorstPropar.create(options, Random(2))
    run(device, 5)
    return device


def test_the_examples_of_the_manual() -> None:
    device = propar(setpoint=50.0, flow_unit="mln/min", capacity=1.0)
    assert said(device.ask(":06030401210121")) == ":06030201213E80\r\n"
    assert said(device.ask(":06030101213E80")) == ":0403000005\r\n"
    chained = said(device.ask(":1A0304F1EC7163006D71660001AE0120CF014DF0017F077101710A"))
    head = ":370302F1EC004D3632313233343541006D00555345525441470001AE"
    tail = "CF3F800000F0076D6C6E2F6D696E710A4E322020202020202020\r\n"
    assert (chained[: len(head)], chained[-len(tail) :]) == (head, tail)
    written = ":1D0301800A4081C500000000C63F800000C7000000004800000000000A52"
    assert said(device.ask(written)) == ":040300001C\r\n"


def test_measure_is_32000_at_full_capacity() -> None:
    device = propar(setpoint=50.0)
    reply = device.ask(":06030401210120")
    assert said(reply).startswith(":0603020121")
    assert reply is not None
    assert reply.values["flow"] == int(said(reply)[11:15], 16) / 320
    assert reply.values["flow"] == pytest.approx(50, abs=1)
    device.begin("overflow")
    run(device, 5)
    assert device.state()["flow"] == pytest.approx(128)


@pytest.mark.parametrize(
    ("request_line", "answer"),
    [
        (":0603040121FF20", ":0403000302\r\n"),  # no such process
        (":06030401210122", ":0403000402\r\n"),  # no such parameter
        (":06030401410141", ":0403000502\r\n"),  # another type
        (":06030101217FFF", ":0403000602\r\n"),  # more than 100 %
        (":06030101203E80", ":0403000D02\r\n"),  # measure is read only
        (":080301014D3F800000", ":0403000D02\r\n"),  # capacity is secured
        (":06030B01210120", ":0403000200\r\n"),  # no such command
        (":0503040121FF", ":0403002204\r\n"),  # cut off
        ("06030401210120", ":0101\r\n"),
        (":0X030401210120", ":0102\r\n"),
        (":07030401210120", ":0103\r\n"),
        (":0603040121012X", ":0104\r\n"),
        (":", ":0103\r\n"),
    ],
)
def test_status_and_error_messages(request_line: str, answer: str) -> None:
    assert said(propar().ask(request_line)) == answer


def test_other_nodes_are_silent_and_80h_is_whoever_is_there() -> None:
    device = propar(node=5)
    assert device.address == "05"
    assert device.ask(":06030401210121") is None
    assert said(device.ask(":06800401210121")).startswith(":0680020121")


def test_a_silent_write_is_carried_out() -> None:
    device = propar()
    assert device.ask(":06030201217D00") is None
    assert device.line.setpoint == 100.0


def test_floats_and_secured_parameters() -> None:
    device = propar(capacity=2.0)
    assert said(device.ask(":0803012143" + "3F800000")) == ":0403000007\r\n"
    assert device.state()["setpoint"] == 50.0
    assert said(device.ask(":050301000A40")) == ":0403000004\r\n"
    assert said(device.ask(":080301014D40800000")) == ":0403000007\r\n"
    assert device.state()["capacity"] == 4.0
    assert said(device.ask(":080301014D7FC00000")) == ":0403000602\r\n"


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40))
def test_no_line_breaks_a_controller(line: str) -> None:
    for device in (AlicatMc.create({}, Random(1)), BronkhorstPropar.create({}, Random(1))):
        for each in (line, device.address + line, ":" + line):
            reply = device.ask(each)
            assert reply is None or reply.data


@given(st.binary(max_size=24))
def test_no_message_breaks_a_propar_node(data: bytes) -> None:
    body = bytes([3]) + data
    reply = BronkhorstPropar.create({}, Random(1)).ask(f":{len(body):02X}{body.hex()}")
    assert reply is None or reply.data.startswith(b":")
