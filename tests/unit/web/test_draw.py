"""What is drawn is what is there: checked in the numbers of the picture."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daq.journal.trend import Bucket
from daq.plot import chart
from daq.plot.course import Course, Mark
from daq.plot.ticks import time_ticks, value_labels, value_ticks
from daq.web.data.period import Period
from daq.web.data.spark import POINTS, Spark, Sparks
from daq.web.draw.spark import HEIGHT, WIDTH, draw_spark
from drivers.model import Channel, Status

NS = 1_000_000_000
NOON = 1_795_435_200 * NS
PERIOD = Period(start=NOON, end=NOON + 1000 * NS, said=("-1000s", "now"))

finite = st.floats(-1e12, 1e12, allow_nan=False)


def bucket(at: int, least: float, greatest: float) -> Bucket:
    time = NOON + at * NS
    mean = (least + greatest) / 2
    return Bucket(time, time, 2, 2, least, greatest, least, greatest, mean, Status.GOOD)


def course(*runs: tuple[Bucket, ...], marks: tuple[Mark, ...] = (), unit: str = "V") -> Course:
    channel = Channel(name="c1", unit=unit)
    return Course(group="g", channel=channel, runs=runs, marks=marks)


def coordinates(shape: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.-]+)", shape)]


def drawn(*courses: Course) -> str:
    return str(chart.draw(chart.lay_out(courses, PERIOD, "in words")))


def paths(picture: str, kind: str) -> list[str]:
    return re.findall(rf'<path class="{kind} c0" d="([^"]*)"', picture)


def test_a_gap_is_a_new_beginning_of_the_line() -> None:
    run = (bucket(0, 1, 1), bucket(1, 2, 2))
    later = (bucket(500, 1, 1), bucket(501, 2, 2))
    assert paths(drawn(course(run)), "line")[0].count("M") == 1
    assert paths(drawn(course(run, later)), "line")[0].count("M") == 2


def test_a_single_extreme_reaches_the_edge_of_its_panel() -> None:
    quiet = tuple(bucket(at, 5, 5) for at in range(100))
    needle = (*quiet[:50], bucket(50, 5, 100), *quiet[51:])
    (band,) = paths(drawn(course(needle)), "band")
    highest = min(y for _, y in coordinates(band))
    lowest = max(y for _, y in coordinates(band))
    assert highest < chart.TOP + 0.05 * chart.PLOT
    assert lowest > chart.TOP + 0.9 * chart.PLOT


def test_each_unit_has_a_panel_and_each_channel_a_strip() -> None:
    marks = (
        Mark(NOON, NOON + 100 * NS, Status.TIMEOUT),
        Mark(NOON + 200 * NS, NOON + 300 * NS, Status.UNSTABLE),
        Mark(NOON + 500 * NS, NOON + 900 * NS, None),
    )
    run = (bucket(0, 1, 2),)
    picture = drawn(course(run, marks=marks), course(run, unit="°C"))
    assert re.findall(r'<text class="axis"[^>]*>([^<]*)', picture) == ["V", "°C"]
    assert re.findall(r'<rect class="(bad|uncertain|gap)" x', picture) == [
        "bad",
        "uncertain",
        "gap",
    ]
    assert 'fill="url(#pattern-bad)"' in picture  # a pattern, not colour alone


def test_nothing_from_outside_gets_out_of_its_place() -> None:
    picture = drawn(course((bucket(0, 1, 2),), unit='"><script>alert(1)</script>'))
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture


@example(0.0, 5e-324)
@example(-1e-300, 3e-300)
@given(finite, finite)
def test_grid_values_are_round_few_and_inside(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    ticks = value_ticks(low, high)
    assert 1 <= len(ticks) <= 11
    slack = (high - low) * 1e-6 + 1e-9
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    assert len(set(value_labels(ticks))) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 100, ["0", "50", "100"]),
        (229.4, 231.2, ["229.5", "230.0", "230.5", "231.0"]),
        (-0.02, 0.02, ["-0.02", "-0.01", "0.00", "0.01", "0.02"]),
        (1e-7, 5e-7, ["1e-07", "2e-07", "3e-07", "4e-07", "5e-07"]),
    ],
)
def test_labels_have_the_digits_they_need(low: float, high: float, labels: list[str]) -> None:
    assert value_labels(value_ticks(low, high)) == labels


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_values_can_be_drawn(values: list[float]) -> None:
    run = tuple(bucket(at, value, value) for at, value in enumerate(values))
    picture = drawn(course(run))
    assert "nan" not in picture
    assert "inf" not in picture


@given(st.integers(1, 20 * 366 * 86_400), st.integers(0, 10**9))
def test_times_of_the_grid_are_few_in_order_and_inside(seconds: int, shift: int) -> None:
    start = NOON + shift * NS
    ticks = [time for time, _ in time_ticks(start, start + seconds * NS)]
    assert len(ticks) <= 11
    assert ticks == sorted(set(ticks))
    assert all(start <= time <= start + seconds * NS for time in ticks)


def test_a_spark_keeps_extremes_and_gaps() -> None:
    sparks = Sparks(1.0)
    for second in range(900):
        if 300 <= second < 400:
            sparks.add(NOON + second * NS, None, Status.TIMEOUT)
        else:
            value = 99.0 if second == 777 else 5.0
            sparks.add(NOON + second * NS, value, Status.GOOD)
    spark = sparks.spark()
    assert len(spark.least) <= POINTS
    assert max(value for value in spark.greatest if not math.isnan(value)) == 99.0
    assert any(map(math.isnan, spark.least))
    picture = str(draw_spark(spark, NOON + 900 * NS))
    (shape,) = re.findall(r' d="([^"]*)"', picture)
    assert shape.count("M") == 2
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in coordinates(shape))
    assert 'aria-hidden="true"' in picture


@given(st.lists(st.tuples(st.integers(-2000, 2000), st.floats() | st.none() | st.text())))
def test_a_spark_takes_any_reading_at_any_time(readings: list[tuple[int, float | str]]) -> None:
    sparks = Sparks(1.0)
    for time, value in readings:
        sparks.add(NOON + time * NS, value, Status.GOOD)
    spark = sparks.spark()
    assert len(spark.least) == len(spark.greatest) <= POINTS
    draw_spark(spark, NOON)


def test_an_empty_spark_is_an_empty_picture() -> None:
    assert "<path" not in draw_spark(Spark(NS), NOON)
