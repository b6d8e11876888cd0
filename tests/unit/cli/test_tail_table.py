"""The newest readings in windows of any width: what is wrong first, in words, aligned."""

import io
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console

from daq.cli.newest import CALM, Newest, Reading
from daq.cli.tail_table import event_line, readings_table, summary
from daq.journal.entry import Event, Scan, Series, SeriesKey
from drivers.model import Channel, Status
from tests.journal_samples import NOON, NS

CHANNELS = (
    Channel(name="temperature", unit="Cel", display_unit="°C", resolution=0.1),
    Channel(name="output", unit="%"),
)
TITLES = {"furnace": "一号管式炉", "balance": "Analytical balance"}
AWAITED = {("furnace", "control"): CHANNELS, ("balance", "weight"): CHANNELS[1:]}


def key(instrument: str = "furnace", group: str = "control") -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument=instrument,
        group=group,
        model="m",
        asset="",
        interval=1.0,
        channels=AWAITED.get((instrument, group), CHANNELS),
    )


def scan(at: float, *statuses: Status, of: SeriesKey | None = None) -> Scan:
    of = of or key()
    values = tuple(None if status.quality == 2 else 21.5 for status in statuses)
    return Scan(1, NOON + int(at * NS), Series(1, of), values, statuses)


def laboratory(*scans: Scan) -> Newest:
    newest = Newest(AWAITED)
    for each in scans:
        newest.take(each)
    return newest


GOOD, BALANCE = Status.GOOD, key("balance", "weight")


def read(newest: Newest, at: float, only: str = "") -> list[tuple[str, str, str, str]]:
    return [
        (each.instrument, each.channel.name, each.quality, each.reason)
        for each in newest.readings(NOON + int(at * NS), only)
    ]


def test_quality_is_that_of_the_scan_until_it_is_old() -> None:
    newest = laboratory(scan(0, GOOD, Status.TIMEOUT), scan(0, Status.UNSTABLE, of=BALANCE))
    assert read(newest, 4) == [
        ("furnace", "temperature", "good", ""),
        ("furnace", "output", "bad", "timeout"),
        ("balance", "output", "uncertain", "unstable"),
    ]
    assert read(newest, 4.1) == [
        ("furnace", "temperature", "stale", "no newer scan"),
        ("furnace", "output", "bad", "timeout, stale"),
        ("balance", "output", "stale", "no newer scan"),
    ]
    assert newest.silent(NOON + 5 * NS)
    assert not newest.silent(NOON)


def test_ages_count_and_are_never_negative() -> None:
    newest = laboratory(scan(0, GOOD, GOOD), scan(2, GOOD, of=BALANCE))
    ages = [reading.age for reading in newest.readings(NOON + NS)]
    assert ages == [1.0, 1.0, 0.0]


def test_a_group_without_a_scan_is_waited_for_and_one_nobody_waits_for_is_shown_too() -> None:
    other = key("meter", "all")
    newest = laboratory(scan(0, GOOD, GOOD, of=other), scan(0, GOOD, GOOD))
    assert read(newest, 1) == [
        ("balance", "output", "waiting", "no scan yet"),
        ("furnace", "temperature", "good", ""),
        ("furnace", "output", "good", ""),
        ("meter", "temperature", "good", ""),
        ("meter", "output", "good", ""),
    ]
    assert {row[0] for row in read(newest, 1, "meter")} == {"meter"}
    newest = Newest(AWAITED)
    newest.recall([scan(0, GOOD, GOOD, of=other)])
    assert {row[2] for row in read(newest, 1)} == {"waiting"}, "of old only what is configured"
    assert newest.time == 0


def test_an_instrument_with_trouble_comes_first_and_stays_there_for_a_moment() -> None:
    newest = laboratory(scan(0, GOOD, GOOD), scan(0, GOOD, of=BALANCE))
    assert read(newest, 1)[0][0] == "furnace"
    newest.take(scan(1, Status.TIMEOUT, of=BALANCE))
    assert read(newest, 2)[0] == ("balance", "output", "bad", "timeout")
    for at in (2.0, 1 + CALM - 0.1, 1 + CALM + 0.1):
        newest.take(scan(at, GOOD, of=BALANCE))
        newest.take(scan(at, GOOD, GOOD))
        first = "balance" if at < 1 + CALM else "furnace"
        assert read(newest, at)[0] == (first, *read(newest, at)[0][1:3], "")


def page(readings: Sequence[Reading], width: int, height: int = 20) -> list[str]:
    text = io.StringIO()
    screen = Console(file=text, width=width, force_terminal=False, color_system=None)
    screen.print(readings_table(readings, TITLES, width, height))
    return [line.rstrip() for line in text.getvalue().splitlines()]


def sample() -> list[Reading]:
    newest = laboratory(scan(0, GOOD, Status.UNDER_RANGE), scan(0, Status.UNSTABLE, of=BALANCE))
    return newest.readings(NOON + NS)


def test_a_narrow_window_does_without_columns_in_their_order() -> None:
    heads = {width: page(sample(), width)[0].split("  ") for width in (200, 100, 80, 70, 52)}
    names = {
        width: [name.strip() for name in head if name.strip()] for width, head in heads.items()
    }
    essential = ["instrument", "channel", "value", "unit", "quality"]
    assert names[200] == [
        *("instrument", "what it is", "group"),
        *(*essential[1:], "reason", "age"),
    ]
    assert names[100] == names[200]
    assert names[80] == ["instrument", "group", *essential[1:], "reason", "age"]
    assert names[70] == [*essential, "reason", "age"]
    assert names[52] == essential
    for width in heads:
        assert max(map(cell_len, page(sample(), width))) <= width
        assert len(page(sample(), width)) == 4, "no line is broken"


def test_titles_of_wide_characters_align() -> None:
    lines = page(sample(), 200)
    columns = {
        cell_len(line[: line.index(group)])
        for line, group in zip(lines, ("group", "control", "control", "weight"), strict=True)
    }
    assert len(columns) == 1


def test_values_have_units_and_quality_is_in_words() -> None:
    lines = [" ".join(line.split()) for line in page(sample(), 70)]
    assert lines[1:] == [
        "furnace temperature 21.5 °C good 1.0 s",
        "output -- % bad under range 1.0 s",
        "balance output 21.5 % uncertain unstable 1.0 s",
    ]


def test_a_low_window_shows_the_worst_and_counts_the_rest() -> None:
    lines = [" ".join(line.split()) for line in page(sample(), 80, 2)]
    assert lines[1:] == [
        "furnace +1 more control output -- % bad under range 1.0 s",
        "balance weight output 21.5 % uncertain unstable 1.0 s",
    ]


def test_the_summary_counts_in_words() -> None:
    assert summary(sample()).plain == "of 3 channels 1 bad, 1 uncertain, 1 good"
    assert summary(sample()[:1]).plain == "all 1 channels good"


def test_an_event_says_how_grave_it_is_and_how_old() -> None:
    event = Event(
        seq=1,
        time=NOON,
        kind="bus-lost",
        subject="rs485-1",
        severity="error",
        text="no such port\x1b[2J",
        data={},
    )
    line = event_line(event, NOON + 3 * NS).plain
    assert line.endswith("error bus-lost: no such port\\x1b[2J (3.0 s ago)")
