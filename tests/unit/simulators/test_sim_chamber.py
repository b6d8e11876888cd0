import itertools
from random import Random

import pytest

from simulators.devices.chamber import ROOM, Chamber

DT = 0.1


def settled(seconds: float = 400.0, humidity: float | None = 50.0) -> Chamber:
    chamber = Chamber(Random(2), (23.0,), 1e9, humidity)
    run(chamber, seconds)
    return chamber


def run(chamber: Chamber, seconds: float) -> list[tuple[float, float]]:
    seen: list[tuple[float, float]] = []
    for _ in range(round(seconds / DT)):
        chamber.step(DT)
        seen.append((chamber.temperature, chamber.humidity))
    return seen


@pytest.mark.parametrize("target", [60.0, -20.0, 100.0])
def test_it_ramps_to_its_set_point_overshoots_and_settles(target: float) -> None:
    chamber = settled()
    chamber.hold(target)
    temperatures = [each for each, _ in run(chamber, 900)]
    beyond = max(temperatures) - target if target > ROOM else target - min(temperatures)
    assert 1.0 < beyond < 8.0
    assert temperatures[-1] == pytest.approx(target, abs=0.5)
    assert all(abs(b - a) < 1.0 for a, b in itertools.pairwise(temperatures))


def test_heating_dries_the_air_until_the_humidity_is_controlled_back() -> None:
    chamber = settled()
    chamber.hold(70.0)
    humidities = [each for _, each in run(chamber, 900)]
    assert min(humidities[:600]) < 40
    assert humidities[-1] == pytest.approx(50, abs=2)


def test_cooling_wets_it() -> None:
    chamber = settled(humidity=None)
    before = chamber.humidity
    chamber.hold(5.0)
    assert max(humidity for _, humidity in run(chamber, 200)) > before + 10


def test_air_never_holds_more_than_saturation() -> None:
    chamber = settled(humidity=98.0)
    chamber.hold(-30.0)
    assert all(0 <= humidity <= 100 for _, humidity in run(chamber, 300))


def test_an_open_door_lets_the_room_in() -> None:
    chamber = settled()
    chamber.hold(80.0)
    run(chamber, 600)
    chamber.door_open, chamber.runs = True, False
    run(chamber, 300)
    assert chamber.temperature < 45


def test_set_points_are_run_through_until_one_is_taken() -> None:
    chamber = Chamber(Random(1), (30.0, 40.0), 10.0, None)
    run(chamber, 10.5)
    assert chamber.temperature_setpoint == 40.0
    run(chamber, 10)
    assert chamber.temperature_setpoint == 30.0
    chamber.hold(25.0)
    run(chamber, 30)
    assert chamber.temperature_setpoint == 25.0
