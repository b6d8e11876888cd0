import math
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.calibration.calibration import Calibration
from daq.calibration.curve import Curve, Line, Polynomial, table
from daq.calibration.evaluate import Evaluator
from drivers.model import Channel
from tests.calibration_samples import calibration

finite = st.floats(-1e6, 1e6, allow_nan=False)
tables = st.lists(
    st.tuples(finite, finite), min_size=1, max_size=30, unique_by=lambda point: point[0]
).map(table)
curves = st.one_of(
    tables,
    st.builds(Line, finite, finite),
    st.builds(Polynomial, st.lists(finite, min_size=1, max_size=5).map(tuple), finite),
)


def test_between_points_is_a_straight_line() -> None:
    curve = table([(10.0, 3.0), (0.0, 1.0), (20.0, -1.0)])
    assert [curve(x) for x in (0.0, 2.5, 5.0, 10.0, 15.0, 20.0)] == [1.0, 1.5, 2.0, 3.0, 1.0, -1.0]


def test_beyond_the_ends_it_stays_what_it_was_there() -> None:
    curve = table([(0.0, 1.0), (10.0, 3.0)])
    assert (curve(-100.0), curve(100.0)) == (1.0, 3.0)
    line = Polynomial((0.0, 1.0), low=0.0, high=10.0)
    assert (line(-5.0), line(5.0), line(50.0)) == (0.0, 5.0, 10.0)


def test_a_polynomial_counts_from_its_origin() -> None:
    curve = Polynomial((1.0, 2.0, 3.0), origin=20.0)
    assert curve(22.0) == 1.0 + 2.0 * 2.0 + 3.0 * 4.0


@pytest.mark.parametrize("points", [[], [(1.0, 2.0), (1.0, 3.0)]])
def test_a_table_needs_points_each_at_a_reading_of_its_own(
    points: Sequence[tuple[float, float]],
) -> None:
    with pytest.raises(ValueError, match="points"):
        table(points)


@given(tables, finite)
def test_a_table_meets_its_points_and_never_leaves_their_range(curve: Curve, x: float) -> None:
    assert not isinstance(curve, Line | Polynomial)
    values = [value for _, value in curve.points]
    assert [curve(reading) for reading, _ in curve.points] == values
    noise = 1e-9 * max(map(abs, values))
    assert min(values) - noise <= curve(x) <= max(values) + noise


@given(curves, finite)
def test_what_is_kept_as_json_comes_back_and_gives_the_same(curve: Curve, x: float) -> None:
    given = Calibration(channel="c", certificate="1", hash="h", correction=curve, uncertainty=curve)
    back = msgspec.json.decode(msgspec.json.encode(given), type=Calibration)
    assert back == given
    assert hash(back) == hash(given)
    assert back.corrected(x) == given.corrected(x)


@pytest.mark.parametrize(
    ("reading", "value", "unsure"),
    [(0.0, 0.5, 0.1), (5.0, 6.0, 0.15), (10.0, 11.5, 0.2), (-1.0, -0.5, None), (12.0, 13.5, None)],
)
def test_the_correction_is_added_and_no_uncertainty_is_made_up(
    reading: float, value: float, unsure: float | None
) -> None:
    found = Evaluator([Channel(name="c1")], [calibration()])((reading,))
    assert found.values == pytest.approx((value,))
    assert found.uncertainties == (pytest.approx(unsure) if unsure else None,)


def test_what_is_no_number_or_not_calibrated_stays_as_it_is() -> None:
    channels = [Channel(name=name) for name in ("c1", "c2")] + [Channel(name="c3", kind="text")]
    evaluator = Evaluator(channels, [calibration(), calibration("c3")])
    assert [place for place, _ in evaluator.places] == [0]
    assert evaluator((None, 1.0, "x")).values == (None, 1.0, "x")
    assert evaluator((math.inf, 1.0, "x")).values == (math.inf, 1.0, "x")
    assert evaluator((math.inf, 1.0, "x")).uncertainties == (None, None, None)
    assert evaluator((5, 1.0, "x")).values == (6.0, 1.0, "x")
