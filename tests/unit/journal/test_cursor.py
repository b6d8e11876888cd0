from hypothesis import given
from hypothesis import strategies as st

from daq.journal.cursor import Cursor

NUMBERS = st.integers(min_value=1, max_value=60)


@given(st.integers(min_value=0, max_value=50), st.sets(NUMBERS), NUMBERS, NUMBERS)
def test_undelivered_counts_what_the_cursor_does_not_cover(
    live: int, missing: set[int], first: int, last: int
) -> None:
    backlog = tuple((seq, seq) for seq in sorted(missing) if seq <= live)
    wanted = [seq for seq in range(first, last + 1) if seq > live or seq in missing]
    assert Cursor(live, backlog).undelivered(first, last) == len(wanted)


def test_ranges_are_inclusive() -> None:
    cursor = Cursor(100, ((10, 19), (50, 50)))
    assert cursor.undelivered(1, 100) == 11
    assert cursor.undelivered(15, 50) == 6
    assert cursor.undelivered(90, 110) == 10
