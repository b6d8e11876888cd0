"""An entry as a line in a pipe, and as lines in a window."""

import time

import pytest
from rich.cells import cell_len

from daq.cli.tail_lines import entry_lines
from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey
from drivers.model import Channel, Status
from tests.journal_samples import NOON

NAMES = ("temperature", "温度", "pressure", "flow")
SCAN = Scan(
    42,
    NOON,
    Series(
        1,
        SeriesKey(
            site="lab",
            instrument="furnace",
            group="control",
            model="m",
            asset="",
            interval=1.0,
            channels=tuple(Channel(name=n, unit="Cel", display_unit="°C") for n in NAMES),
        ),
    ),
    (1.5, 2.5, None, 4.5),
    (Status.GOOD, Status.UNSTABLE, Status.TIMEOUT, Status.GOOD),
)
EVENT = Event(
    seq=43,
    time=NOON,
    kind="bus-lost",
    subject="rs485-1",
    severity="warning",
    text="no such port " * 6 + "\x1b[2J",
    data={},
)
READINGS = (
    "temperature=1.5 °C",
    "温度=2.5 °C (uncertain: unstable)",
    "pressure=-- (bad: timeout)",
    "flow=4.5 °C",
)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(time, "localtime", time.gmtime)


def lines(entry: Entry, room: int | None) -> list[str]:
    return [line.plain for line in entry_lines(entry, room)]


def test_in_a_pipe_an_entry_is_a_line() -> None:
    head = "12:00:00.000       42 furnace.control"
    assert lines(SCAN, None) == [" ".join((head, *READINGS))]
    (line,) = lines(EVENT, None)
    assert line.startswith("12:00:00.000       43 warning bus-lost: no such port")
    assert line.endswith("\\x1b[2J")


@pytest.mark.parametrize("room", [48, 60, 80, 120])
def test_in_a_window_no_line_is_broken_within_a_reading(room: int) -> None:
    found = lines(SCAN, room)
    assert max(map(cell_len, found)) <= room
    for reading in READINGS:
        assert sum(reading in line for line in found) == 1
    assert all(line.startswith("    ") for line in found[1:])


def test_a_narrow_window_does_without_numbers() -> None:
    assert lines(SCAN, 79)[0].startswith("12:00:00.000 furnace.control")
    assert lines(SCAN, 80)[0].startswith("12:00:00.000       42 furnace.control")


def test_what_is_wider_than_the_window_has_a_line_of_its_own() -> None:
    found = lines(SCAN, 10)
    assert [line.strip() for line in found[-4:]] == list(READINGS)
