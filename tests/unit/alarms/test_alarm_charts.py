"""Control charts against published data and run lengths.

Average run lengths are simulated with the product's own conditions on a fixed seed; what is
allowed is 3.5 standard errors of the mean of the simulated runs plus half a unit of the last digit
that was published. The data: D. C. Montgomery, Introduction to Statistical Quality Control (6th
ed.), table 9.1. The run lengths:

- shewhart: C. W. Champ, W. H. Woodall, Technometrics 29 (1987) 393, table 1;
- EWMA: J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990) 1, table 3 (weights 0.5 and 0.03), and
  Montgomery, table 9.11, after it;
- CUSUM: J. M. Lucas, R. B. Crosier, Technometrics 24 (1982) 199, table 1 (decision 4, no head
  start), and Montgomery, table 9.3 (decision 5).

Those of Champ and Woodall, Lucas and Crosier, and of table 3 are as the R package spc by S. Knoth
quotes them. All of them are what Markov chains of these charts give, to the digits printed.
"""

import math
import random
import statistics
from collections.abc import Callable

import pytest

from daq.alarms.conditions.chart import Chart
from daq.alarms.conditions.condition import NS
from daq.alarms.conditions.cusum import Cusum
from daq.alarms.conditions.ewma import Ewma
from daq.alarms.conditions.sampler import Sampler
from daq.alarms.conditions.shewhart import WESTERN_ELECTRIC, Shewhart, Test
from daq.alarms.conditions.trend import Trend
from drivers.model import Status

# fmt: off
MONTGOMERY = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34,
    9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
    10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
]
# fmt: on


def first(chart: Chart, values: list[float]) -> int | None:
    for number, value in enumerate(values, 1):
        chart.feed(0, number, value, Status.GOOD)
        if chart.holds(number):
            return number
    return None


def test_the_worked_examples_signal_where_the_book_says() -> None:
    """9.1: sum 5.28 at 29; 9.2: the average 10.65, limit 10.62, at 29; Shewhart: not at all."""
    cusum = Cusum(10, 1, slack=0.5, decision=5)
    assert first(cusum, MONTGOMERY) == 29
    assert cusum.words() == "sum upwards 5.28 sigma, allowed 5"
    ewma = Ewma(10, 1, weight=0.1, width=2.7)
    assert first(ewma, MONTGOMERY) == 29
    assert ewma.words() == "average 10.6468, allowed 10 ± 0.619422"
    assert first(Shewhart(10, 1, tests=["beyond-3"]), MONTGOMERY) is None


# fmt: off
NIST_CUSUM = [
    324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600,
    324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350,
]
NIST_EWMA = [
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5,
    49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
]
# fmt: on


def test_the_sums_of_the_handbook_of_nist() -> None:
    """NIST/SEMATECH e-Handbook, 6.3.2.3: k 0.3175, h 4.1959; 4.94 at 14 is the first beyond."""
    chart = Cusum(325, 1, slack=0.3175, decision=4.1959)
    assert first(chart, NIST_CUSUM) == 14
    assert chart.words() == "sum upwards 4.94 sigma, allowed 4.1959"


def test_the_averages_of_the_handbook_of_nist() -> None:
    """6.3.2.4: weight 0.3, limits 47.4115 and 52.5884; all 20 are within, the last is 51.99."""
    chart = Ewma(50, 2.0539, weight=0.3, width=3)
    assert first(chart, NIST_EWMA) is None
    average, reach = (float(word.split()[-1]) for word in chart.words().split(", allowed 50 ± "))
    assert (round(average, 2), reach) == (51.99, pytest.approx(2.5884, abs=1e-3))


RUNS: list[tuple[str, Callable[[], Chart], float, float]] = [
    ("shewhart", lambda: Shewhart(0, 1, tests=["beyond-3"]), 0, 370.40),
    ("shewhart", lambda: Shewhart(0, 1, tests=["beyond-3"]), 1, 43.89),
    ("2 of 3", lambda: Shewhart(0, 1, tests=["beyond-3", "two-of-three-beyond-2"]), 0, 225.44),
    ("4 of 5", lambda: Shewhart(0, 1, tests=["beyond-3", "four-of-five-beyond-1"]), 0, 166.05),
    ("run of 8", lambda: Shewhart(0, 1, tests=["beyond-3", "run-of-8"]), 0, 152.73),
    ("2 of 3", lambda: Shewhart(0, 1, tests=["beyond-3", "two-of-three-beyond-2"]), 1, 20.01),
    ("4 of 5", lambda: Shewhart(0, 1, tests=["beyond-3", "four-of-five-beyond-1"]), 1, 12.66),
    ("run of 8", lambda: Shewhart(0, 1, tests=["beyond-3", "run-of-8"]), 1, 14.58),
    ("western electric", lambda: Shewhart(0, 1, tests=WESTERN_ELECTRIC), 0, 91.75),
    ("ewma", lambda: Ewma(0, 1, weight=0.5, width=3.071), 1, 17.5),
    ("ewma", lambda: Ewma(0, 1, weight=0.03, width=2.437), 1, 12.6),
    ("ewma", lambda: Ewma(0, 1, weight=0.03, width=2.437), 2, 5.99),
    ("ewma", lambda: Ewma(0, 1, weight=0.1, width=2.814), 0, 500),
    ("ewma", lambda: Ewma(0, 1, weight=0.1, width=2.814), 0.5, 31.3),
    ("ewma", lambda: Ewma(0, 1, weight=0.1, width=2.814), 1, 10.3),
    ("ewma", lambda: Ewma(0, 1, weight=0.25, width=2.998), 1, 11.1),
    ("ewma", lambda: Ewma(0, 1, weight=0.4, width=3.054), 2, 3.5),
    ("cusum", lambda: Cusum(0, 1, decision=4), 0, 168),
    ("cusum", lambda: Cusum(0, 1, decision=5), 0, 465),
    ("cusum", lambda: Cusum(0, 1, decision=5), 0.5, 38.0),
    ("cusum", lambda: Cusum(0, 1, decision=5), 1, 10.4),
    ("cusum", lambda: Cusum(0, 1, decision=4), 0.5, 26.6),
    ("cusum", lambda: Cusum(0, 1, decision=4), 1, 8.38),
    ("cusum", lambda: Cusum(0, 1, decision=4), 2, 3.34),
]
SAMPLES, RUNS_AT_MOST = 40_000, 2_000


@pytest.mark.parametrize(
    ("make", "shift", "published"),
    [case[1:] for case in RUNS],
    ids=[f"{name} shift {shift:g} arl {arl:g}" for name, _, shift, arl in RUNS],
)
def test_average_run_lengths_are_those_published(
    make: Callable[[], Chart], shift: float, published: float
) -> None:
    draw = random.Random(1956).gauss
    lengths: list[int] = []
    while sum(lengths) < SAMPLES and len(lengths) < RUNS_AT_MOST:
        chart, length = make(), 0
        while not chart.holds(0):
            chart.sample(draw(shift, 1))
            length += 1
        lengths.append(length)
    error = statistics.stdev(lengths) / math.sqrt(len(lengths))
    digits = len(f"{published:g}".partition(".")[2])
    assert statistics.mean(lengths) == pytest.approx(published, abs=3.5 * error + 0.5 / 10**digits)


@pytest.mark.parametrize(
    ("test", "values", "answer"),
    [
        ("beyond-3", [3.0, 3.01], 2),
        ("two-of-three-beyond-2", [2.1, 0, 2.1], 3),
        ("two-of-three-beyond-2", [2.1, 0, -2.1, 2.1], None),
        ("two-of-three-beyond-2", [2.1, 0, 0, 2.1], None),
        ("four-of-five-beyond-1", [1.1, 1.1, -3, 1.1, 1.1], 5),
        ("run-of-8", [0.1] * 8, 8),
        ("run-of-9", [-0.1] * 9, 9),
        ("run-of-8", [0.1] * 7 + [0.0] + [0.1] * 7, None),
        ("six-rising-or-falling", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 6),
        ("six-rising-or-falling", [0.1, 0.2, 0.3, 0.3, 0.5, 0.6, 0.7], None),
        ("fourteen-alternating", [0, 1] * 7, 14),
        ("fifteen-within-1", [0.5, -0.5] * 8, 15),
        ("fourteen-alternating", [0, 1] * 6 + [0, 0, 1], None),
        ("fifteen-within-1", [0.5] * 14 + [1.0], None),
        ("eight-outside-1", [1.5, -1.5] * 4, 8),
        ("eight-outside-1", [1.5] * 7 + [1.0] + [1.5] * 7, None),
        ("four-of-five-beyond-1", [1.1, 0, 0, 1.1, 1.1, 1.1, 1.1], 7),
        ("four-of-five-beyond-1", [1.1, 1.1, -1.1, -1.1, -1.1], None),
        ("run-of-9", [0.1] * 8 + [-0.1] + [0.1] * 8, None),
        ("beyond-3", [-3.01], 1),
    ],
)
def test_the_rules_of_nelson(test: Test, values: list[float], answer: int | None) -> None:
    assert first(Shewhart(0, 1, tests=[test]), values) == answer


def test_after_a_shift_that_is_over_a_sum_is_soon_back() -> None:
    chart = Cusum(0, 1, decision=5)
    assert first(chart, [9.0] * 1000) == 1
    assert chart.words().startswith("sum upwards 8.5")
    for _ in range(1000):
        chart.feed(0, 0, 9.0, Status.GOOD)
    assert sum(_down(chart) for _ in range(20)) == 9


def _down(chart: Chart) -> bool:
    """Whether it holds still after a sample at the mean."""
    chart.feed(0, 0, 0.0, Status.GOOD)
    return chart.holds(0)


def test_samples_are_means_of_periods_given_when_the_next_begins() -> None:
    sampler = Sampler(10 * NS)
    seconds = [(1, 1.0), (5, 3.0), (11, 7.0), (31, 0.0)]
    found = [sampler.feed(second * NS, value, Status.GOOD) for second, value in seconds]
    assert found == [None, None, 2.0, 7.0]
    assert sampler.feed(99 * NS, None, Status.TIMEOUT) is None


def trend(above: float = 100) -> Trend:
    return Trend(above, 60 * NS, 40 * 60 * NS, above=True)


def test_in_forty_minutes_at_the_limit() -> None:
    """20 and a hundredth a second, read every 10 s: at 100 after 8000 s, 2400 s before is 5600."""
    one, raised = trend(), 0
    for second in range(0, 8000, 10):
        one.feed(0, second * NS, 20 + second / 100, Status.GOOD)
        if one.holds(0):
            raised = second
            break
    assert raised == 5610
    assert one.words() == "in 39.8 min at 100"


def test_at_the_limit_already() -> None:
    one = trend()
    for second in range(0, 70, 10):
        one.feed(0, second * NS, 120 + second / 100, Status.GOOD)
    assert one.holds(0)
    assert one.words() == "at 100 by now"


@pytest.mark.parametrize("slope", [0.0, -0.01])
def test_what_does_not_come_nearer_is_no_trend(slope: float) -> None:
    one = trend()
    for second in range(600):
        one.feed(0, second * NS, 20 + second * slope, Status.GOOD)
        assert not one.holds(0)


def test_the_line_is_the_same_after_so_many_readings_and_far_from_zero() -> None:
    one, start = trend(above=1e6 + 1000), 1_795_435_200
    for second in range(20_000):
        one.feed(0, (start + second) * NS, 1e6 + second / 50, Status.GOOD)
    assert one.words() == f"in {(1000 - 19_999 / 50) * 50 / 60:.3g} min at {1e6 + 1000:.6g}"
