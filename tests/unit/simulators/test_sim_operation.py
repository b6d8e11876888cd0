"""What a person at a device can do, and what can be seen of it, for every model."""

from contextlib import suppress
from random import Random

import pytest

from simulators.controls import choice
from simulators.device import Device
from simulators.devices import MODELS
from simulators.devices.mettler_sics import MettlerSics
from simulators.errors import OperationError


def device(name: str) -> Device:
    made = MODELS[name].create({}, Random(4))
    made.let_pass(1.0)
    return made


@pytest.mark.parametrize("name", MODELS)
def test_the_state_tells_every_channel(name: str) -> None:
    made = device(name)
    assert set(made.state()) == set(made.channels)


@pytest.mark.parametrize("name", MODELS)
def test_every_control_takes_what_it_tells(name: str) -> None:
    made = device(name)
    for control in made.controls().values():
        assert control.help
        if control.read is not None and (value := control.read()) is not None:
            with suppress(OperationError):  # an output that follows its controller
                control.act(value)


@pytest.mark.parametrize("name", MODELS)
def test_events_can_be_switched_on_and_off(name: str) -> None:
    made = device(name)
    for event in made.events:
        made.operate(event, value=True)
        assert made.happening(event)
        made.operate(event, value=False)
        assert not made.happening(event)
    assert made.happenings == ()


@pytest.mark.parametrize("name", MODELS)
def test_what_there_is_not_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(OperationError, match="not 'flux-capacitor'"):
        device(name).operate("flux-capacitor", 1)


def test_a_load_on_the_balance_stays() -> None:
    balance = device("mettler-sics")
    balance.operate("load", 52.5)
    balance.let_pass(60)
    weight = balance.state()["weight"]
    assert weight == pytest.approx(52.5, abs=0.01)


def test_a_set_point_is_followed_within_its_limits() -> None:
    furnace = device("eurotherm-3000")
    furnace.operate("setpoint", 300)
    furnace.let_pass(600)
    state = furnace.state()
    assert state["target_setpoint"] == 300
    assert state["temperature"] == pytest.approx(300, abs=5)
    with pytest.raises(OperationError, match="setpoint takes 0 to 1200, not 5000"):
        furnace.operate("setpoint", 5000)
    with pytest.raises(OperationError, match="setpoint takes a number, not 'hot'"):
        furnace.operate("setpoint", "hot")


def test_a_manual_output_needs_manual_operation() -> None:
    furnace = device("eurotherm-3000")
    with pytest.raises(OperationError, match="output follows the controller"):
        furnace.operate("output", 10)
    furnace.operate("manual", value=True)
    furnace.operate("output", 10)
    assert furnace.state()["output"] == 10
    with pytest.raises(OperationError, match="manual takes true or false, not 1"):
        furnace.operate("manual", 1)


def test_one_sensor_of_four_breaks() -> None:
    module = device("pta8c04")
    module.operate("sensor-break", "t4")
    assert module.happenings == ("sensor-break t4",)
    assert module.state()["t4"] == -93.9
    assert module.state()["t3"] != -93.9
    with pytest.raises(OperationError, match="sensor-break takes true, false or a channel"):
        module.operate("sensor-break", "t9")


def test_other_quantities_go_where_they_are_put() -> None:
    meter, multimeter, room = (
        device(name) for name in ("eastron-sdm630", "keithley-2000", "vaisala-hmt330")
    )
    meter.operate("load", 0)
    meter.let_pass(5)
    assert meter.state()["power_total"] == 0
    multimeter.operate("voltage", 12.0)
    assert multimeter.state()["voltage"] == pytest.approx(12, abs=0.1)
    room.operate("temperature", 40.0)
    room.operate("humidity", 80.0)
    assert room.state()["temperature"] == pytest.approx(40)
    assert room.state()["humidity"] == pytest.approx(80, abs=15)


def test_a_key_is_pressed_without_a_value() -> None:
    balance = MettlerSics.create({"samples": False}, Random(1))
    balance.let_pass(3)
    with pytest.raises(OperationError, match="print is a key"):
        balance.operate("print", 1)
    balance.operate("print")
    reply = balance.emit()
    assert reply is not None
    assert reply.data.startswith(b"S S ")


def test_a_selector_takes_its_words() -> None:
    chosen: list[str] = []
    gas = choice("gas", chosen.append, among=("Air", "N2"))
    gas.act("N2")
    assert chosen == ["N2"]
    with pytest.raises(OperationError, match="takes one of Air, N2, not 'Xe'"):
        gas.act("Xe")
    with pytest.raises(OperationError, match="takes a text, not 3"):
        choice("name", chosen.append).act(3)


def test_physics_can_run_faster_than_the_clock_but_the_wire_does_not() -> None:
    meter = device("eastron-sdm630")
    meter.speed = 3600.0
    before = meter.state()["energy_total"]
    meter.let_pass(1.0)
    after = meter.state()["energy_total"]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after - before == pytest.approx(2.4, rel=0.4)
    assert meter.elapsed == 2.0
