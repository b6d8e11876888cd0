import itertools

from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.backlog import Ranges, add, add_each, next_range, remove, size

NUMBER = st.integers(1, 40)
EDIT = st.tuples(st.sampled_from(["add", "remove"]), NUMBER, NUMBER)


def members(ranges: Ranges) -> set[int]:
    return {n for low, high in ranges for n in range(low, high + 1)}


def assert_tidy(ranges: Ranges) -> None:
    assert all(low <= high for low, high in ranges)
    pairs = itertools.pairwise(ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairs)


@given(st.lists(EDIT, max_size=30))
def test_ranges_behave_like_sets_and_stay_tidy(edits: list[tuple[str, int, int]]) -> None:
    ranges: Ranges = ()
    expected: set[int] = set()
    for kind, first, last in edits:
        numbers = set(range(first, last + 1))
        ranges = (add if kind == "add" else remove)(ranges, first, last)
        expected = expected | numbers if kind == "add" else expected - numbers
        assert members(ranges) == expected
        assert size(ranges) == len(expected)
        assert_tidy(ranges)


@given(st.sets(NUMBER), st.sets(NUMBER))
def test_single_entries_join_what_they_touch(before: set[int], added: set[int]) -> None:
    ranges = add_each(add_each((), before), added)
    assert members(ranges) == before | added
    assert_tidy(ranges)


@given(st.sets(NUMBER), NUMBER)
def test_the_next_range_starts_at_or_after_where_we_are_and_wraps(held: set[int], at: int) -> None:
    ranges = add_each((), held)
    found = next_range(ranges, at)
    if not held:
        assert found is None
        return
    assert found is not None
    assert found[0] == min([n for n in held if n >= at] or held)
    assert set(range(found[0], found[1] + 1)) <= held
