from random import Random

import pytest

from simulators.device import Device
from simulators.devices import MODELS
from simulators.devices.climate import Room, saturation
from simulators.devices.eastron_sdm630 import EastronSdm630
from simulators.devices.eurotherm_3000 import Eurotherm3000
from simulators.devices.furnace import Furnace
from simulators.devices.pta8c04 import Pta8c04, pt100
from simulators.devices.weighing import DIGIT, WeighingCell
from simulators.noise import Wander

DT = 0.1


def run(device: Device | Furnace | WeighingCell | Room, seconds: float) -> None:
    for _ in range(round(seconds / DT)):
        device.step(DT)


def sdm630(seed: int = 1) -> EastronSdm630:
    return EastronSdm630.create({}, Random(seed))


@pytest.mark.parametrize(
    "name", sorted(MODELS.keys() - {"modbus-relay"})
)  # it does what it is told
def test_same_seed_and_steps_give_the_same_values(name: str) -> None:
    def words(seed: int) -> object:
        device = MODELS[name].create({}, Random(seed))
        for now in range(40):
            device.advance(float(now))
        return device.state()

    assert words(5) == words(5)
    assert any(words(5) != words(seed) for seed in range(6, 10))


@pytest.mark.parametrize("name", MODELS)
def test_how_often_a_device_is_asked_does_not_change_what_it_does(name: str) -> None:
    def state(times: list[float]) -> object:
        device = MODELS[name].create({}, Random(3))
        for now in times:
            device.advance(now)
        return device.state()

    assert state([0.0, 16.05]) == state([0.0, 0.5, 3.0, 3.04, 9.21, 16.05])


def test_a_long_pause_is_caught_up_in_few_steps() -> None:
    steps = 0

    class Counting(EastronSdm630):
        def step(self, dt: float) -> None:
            nonlocal steps
            steps += 1
            super().step(dt)

    device = Counting.create({}, Random(1))
    device.advance(0.0)
    before = device.energy
    device.advance(7200.0)
    assert steps == 600
    assert device.energy - before == pytest.approx(2 * 2.4, rel=0.3)
    device.advance(7200.5)
    assert steps > 600


def test_wander_keeps_its_spread_whatever_the_step() -> None:
    for dt in (0.1, 10.0):
        wander = Wander(Random(4), 5.0, 0.5, 3.0)
        values: list[float] = []
        for _ in range(int(20_000 * min(1.0, dt))):
            wander.step(dt)
            values.append(wander.value)
        mean = sum(values) / len(values)
        spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        assert mean == pytest.approx(5.0, abs=0.15)
        assert spread == pytest.approx(0.5, rel=0.15)


def test_meter_energy_is_the_integral_of_its_power() -> None:
    meter = sdm630()
    start, integral = meter.energy, 0.0
    powers: set[float] = set()
    for _ in range(6000):
        meter.step(DT)
        integral += meter.power * DT / 3.6e6
        powers.add(round(meter.power))
    assert meter.energy - start == pytest.approx(integral, rel=1e-9)
    assert max(powers) > 1.3 * min(powers)


def test_meter_quantities_belong_together() -> None:
    meter = sdm630()
    run(meter, 60)
    for phase in meter.phases:
        assert phase.current * phase.voltage == pytest.approx(phase.apparent)
        assert phase.power**2 + phase.reactive**2 == pytest.approx(phase.apparent**2)
        assert 220 < phase.voltage < 240
    assert meter.frequency == pytest.approx(50, abs=0.2)


def test_furnace_ramps_to_its_set_point_overshoots_and_settles() -> None:
    furnace = Furnace(Random(2), [100.0], 1e9, 8.0)
    run(furnace, 400)
    furnace.hold(300.0)
    run(furnace, 10)
    assert 150 < furnace.working < 300
    assert furnace.measured < 250
    track: list[float] = []
    for _ in range(8000):
        furnace.step(DT)
        track.append(furnace.measured)
    assert furnace.working == 300.0
    assert 303 < max(track) < 380
    assert track[-1] == pytest.approx(300, abs=3)


def test_furnace_runs_through_its_set_points_until_one_is_written() -> None:
    furnace = Furnace(Random(2), [100.0, 200.0], 30.0, 0.0)
    run(furnace, 31)
    assert furnace.target == 200.0
    run(furnace, 30)
    assert furnace.target == 100.0
    furnace.hold(55.0)
    run(furnace, 100)
    assert furnace.target == 55.0


def test_broken_thermocouple_cuts_the_power_and_is_reported() -> None:
    controller = Eurotherm3000.create({}, Random(1))
    run(controller, 20)
    controller.begin("sensor-break")
    run(controller, 5)
    registers = controller.readable[3]
    assert registers.read(258, 1).words == [1]
    assert registers.read(75, 1).words == [1 << 5]
    assert controller.temperature == 1372.0
    assert controller.furnace.output == 0.0
    controller.end("sensor-break")
    run(controller, 1)
    assert registers.read(258, 1).words == [0]
    assert controller.temperature < 400


@pytest.mark.parametrize(
    ("temperature", "resistance"), [(0, 100.0), (100, 138.51), (-40, 84.27), (500, 280.98)]
)
def test_pt100_agrees_with_the_table_of_iec_60751(temperature: float, resistance: float) -> None:
    assert pt100(temperature) == pytest.approx(resistance, abs=0.006)


def test_an_open_pt100_reads_as_a_users_module_does() -> None:
    module = Pta8c04.create({}, Random(1))
    module.begin("sensor-break", "t4")
    reading = module.readable[3].read(0, 4)
    assert reading.words[3] == 64597
    assert reading.values["t4"] == -93.9
    assert reading.values["t1"] == pytest.approx(23.4, abs=1.5)
    module.begin("sensor-break")
    assert module.readable[3].read(0, 1).words == [64597]
    module.end("sensor-break")
    module.end("sensor-break", "t4")
    assert module.readable[3].read(3, 1).values["t4"] == pytest.approx(85, abs=3)


def test_an_open_pt100_of_a_module_with_a_fixed_code() -> None:
    module = Pta8c04.create({"open_code": -32768}, Random(1))
    module.begin("sensor-break", "t2")
    assert module.readable[3].read(1, 1).words == [0x8000]


def test_pt100_drifts() -> None:
    module = Pta8c04.create({"drift": 2.0}, Random(1))
    before = sum(module.temperature(i) for i in range(4))
    for _ in range(2 * 86400 // 60):
        module.step(60.0)
    assert sum(module.temperature(i) for i in range(4)) - before == pytest.approx(16, abs=4)


def test_balance_swings_and_settles_on_the_load() -> None:
    cell = WeighingCell(Random(1), samples=False)
    run(cell, 3)
    assert cell.stable
    cell.put(50.0)
    cell.step(DT)
    assert not cell.stable
    assert cell.reading < 49
    run(cell, 10)
    assert cell.stable
    assert cell.reading == pytest.approx(50.0, abs=20 * DIGIT)


def test_samples_come_and_go() -> None:
    cell = WeighingCell(Random(1), samples=True)
    loads: list[float] = []
    stable: list[bool] = []
    for _ in range(600):
        cell.step(DT)
        loads.append(cell.load)
        stable.append(cell.stable)
    assert len(set(loads)) >= 3
    assert 0.2 < sum(stable) / len(stable) < 0.95


def test_a_draught_keeps_the_balance_from_settling() -> None:
    cell = WeighingCell(Random(1), samples=False)
    for _ in range(100):
        cell.step(DT, draught=True)
    assert not cell.stable


def test_humidity_falls_when_the_air_gets_warmer() -> None:
    room = Room(Random(1), 22.0, 45.0)
    track: list[tuple[float, float]] = []
    for _ in range(6000):
        room.step(DT)
        track.append((room.temperature, room.humidity))
    temperatures = [temperature for temperature, _ in track]
    assert 21.0 < min(temperatures) < 21.8
    assert 22.2 < max(temperatures) < 23.0
    vapour = room.humidity / 100 * saturation(room.temperature)
    assert saturation(room.dewpoint) == pytest.approx(vapour)


def test_an_event_the_model_does_not_know() -> None:
    with pytest.raises(KeyError):
        sdm630().begin("sensor-break")
