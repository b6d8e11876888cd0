"""Programmes, and readings to follow them with, for tests."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from daq.journal import Journal, Series, SeriesKey
from daq.journal.reader import JournalReader
from daq.programme.fold import Fold
from daq.programme.plan import Plan
from daq.programme.programme import Band, Loop, Programme, Role, Source, Step
from daq.runs.desk import Desk
from daq.runs.happening import Happening as RunHappening
from daq.runs.happening import Started
from daq.runs.run import Run
from drivers.model import Channel, Status
from tests.journal_samples import NOON, NS

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


OVEN_RUN = "20261123-1"
"""A run of ``oven_programme`` from noon on, read once a minute."""


def oven_programme() -> Programme:
    loop = Loop(
        name="cycle",
        cycles=3,
        steps=(
            dwell(40.0, 8, "warm"),
            Step(name="hot", set={"temperature": 60.0}, dwell=6 * MINUTE),
        ),
    )
    return replace(programme(loop), name="oven")


def _oven_value(minute: int) -> float:
    """Seven minutes warm, seven hot; outside at one of them."""
    if minute == 20:
        return 90.0
    return 40.0 if minute % 16 < 9 else 60.0


def oven_key() -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument="chamber",
        group="air",
        model="some-model",
        asset="",
        interval=60.0,
        channels=(Channel(name="temperature", unit="Cel"),),
    )


def oven_measured(journal: Journal, series: Series, minutes: Iterable[int]) -> None:
    for minute in minutes:
        time = NOON + minute * MINUTE + NS
        journal.append_scan(series, time, (_oven_value(minute),), (Status.GOOD,))


def oven_runs(path: Path) -> Callable[[], Iterable[Run] | None]:
    """As a keeper would know them: from the events that are on the disk."""

    def known() -> Iterable[Run]:
        with JournalReader(path) as reader:
            desk = Desk()
            desk.restore(reader.events_between(0, reader.last))
        return desk.book.runs.values()

    return known


def oven_started() -> RunHappening:
    what = Started(by="Li", operator="Li", instruments=("chamber",), programme="oven")
    return RunHappening(OVEN_RUN, NOON, what)
