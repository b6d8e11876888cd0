"""Programmes, and readings to follow them with, for tests."""

from collections.abc import Iterable, Mapping

from daq.programme.fold import Fold
from daq.programme.plan import Plan
from daq.programme.programme import Band, Loop, Programme, Role, Source, Step

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

TEMPERATURE = Role(
    name="temperature",
    source=Source("chamber", "temperature"),
    set_point=Source("chamber", "temperature_setpoint"),
    tolerance=Band(2.0, 2.0),
    start=20.0,
)
HUMIDITY = Role(name="humidity", source=Source("chamber", "humidity"), tolerance=Band(3.0, 3.0))


def programme(
    *steps: Step | Loop, roles: Iterable[Role] = (TEMPERATURE,), void_after: int = 0, lag: int = 0
) -> Programme:
    return Programme(name="test", roles=tuple(roles), steps=steps, void_after=void_after, lag=lag)


def dwell(value: float = 40.0, minutes: int = 10, name: str = "warm", **more: object) -> Step:
    return Step(name=name, set={"temperature": value}, dwell=minutes * MINUTE, **more)  # type: ignore[arg-type]


def fold(
    *steps: Step | Loop, roles: Iterable[Role] = (TEMPERATURE,), void_after: int = 0, lag: int = 0
) -> Fold:
    return Fold(Plan(programme(*steps, roles=roles, void_after=void_after, lag=lag)), 0)


def feed(
    fold: Fold,
    readings: Mapping[int, float] | Mapping[float, float],
    holds: float = 3.0,
    role: str = "temperature",
) -> None:
    """Readings by the minute they were taken at; each counts for ``holds`` minutes."""
    for minute, value in readings.items():
        fold.read(round(minute * MINUTE), {role: value}, round(holds * MINUTE))


def each_minute(first: int, last: int, value: float) -> dict[float, float]:
    """The same reading once a minute, the last one included."""
    return {float(minute): value for minute in range(first, last + 1)}
