"""Sets of moments: what is added up adds up."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from daq.usage.stretches import Stretch, both, length, longer, outside, union, without

stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair))),
    max_size=12,
)


def moments(found: list[Stretch] | tuple[Stretch, ...]) -> set[int]:
    return {moment for start, end in found for moment in range(start, end)}


@given(stretches, stretches)
def test_they_are_sets(one: list[Stretch], other: list[Stretch]) -> None:
    left, right = union(one), union(other)
    assert moments(left) == moments(one)
    assert length(left) == len(moments(one))
    assert moments(both(left, right)) == moments(left) & moments(right)
    assert moments(without(left, right)) == moments(left) - moments(right)
    assert moments(outside(left, 5, 70)) == set(range(5, 70)) - moments(left)


@given(stretches, stretches)
def test_they_are_ascending_and_apart(one: list[Stretch], other: list[Stretch]) -> None:
    left, right = union(one), union(other)
    for found in (left, outside(left, 0, 80)):
        assert all(before[1] < after[0] for before, after in itertools.pairwise(found))
    for found in (both(left, right), without(left, right)):
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
        assert all(start < end for start, end in found)


def test_short_ones_are_left_out() -> None:
    assert longer(((0, 3), (5, 10)), 4) == ((5, 10),)
