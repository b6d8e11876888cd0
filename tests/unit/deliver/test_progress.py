from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.progress import MAX_RANGES, Progress
from daq.journal.cursor import Cursor

STEP = st.tuples(
    st.sampled_from(["append", "live", "backlog"]),
    st.integers(1, 12),
    st.sets(st.integers(0, 11), max_size=3),
)


def undelivered(cursor: Cursor, committed: int) -> set[int]:
    backlog = {n for low, high in cursor.backlog for n in range(low, high + 1)}
    return backlog | set(range(cursor.live + 1, committed + 1))


@given(st.lists(STEP, max_size=60))
def test_the_cursor_says_exactly_what_is_not_delivered(
    steps: list[tuple[str, int, set[int]]],
) -> None:
    progress, committed, owed = Progress(Cursor(0)), 0, set[int]()
    for kind, count, kept in steps:
        if kind == "append":
            owed |= set(range(committed + 1, committed + count + 1))
            committed += count
        elif kind == "live":
            progress.shed(committed, count)
            batch = list(range(progress.live + 1, committed + 1))
            aside = {batch[i] for i in kept if i < len(batch)}
            progress.live_done(committed, aside)
            owed -= set(batch) - aside
        elif (bounds := progress.next_backlog()) is not None:
            first, last = bounds[0], min(bounds[1], bounds[0] + count - 1)
            left = {first + i for i in kept if first + i <= last}
            progress.backlog_done(first, last, left)
            owed -= set(range(first, last + 1)) - left
        assert undelivered(progress.cursor, committed) == owed
        assert progress.lag(committed) == len(owed)
        assert progress.oldest(committed) == min(owed, default=0)
        assert progress.has_all(committed) == (not owed)


def test_what_exceeds_the_limit_becomes_backlog_and_the_newest_go_first() -> None:
    progress = Progress(Cursor(100))
    progress.shed(1000, 200)
    assert progress.cursor == Cursor(800, ((101, 800),))


def test_a_short_lag_stays_in_order() -> None:
    progress = Progress(Cursor(100))
    progress.shed(250, 200)
    assert progress.cursor == Cursor(100)


def test_what_was_left_over_comes_again_after_all_the_rest() -> None:
    progress = Progress(Cursor(20, ((1, 10),)))
    progress.backlog_done(1, 5, left=[2])
    assert progress.next_backlog() == (6, 10)
    progress.backlog_done(6, 10)
    assert progress.next_backlog() == (2, 2)


def test_the_cursor_stays_small() -> None:
    ranges = tuple((2 * n, 2 * n) for n in range(1, MAX_RANGES + 1))
    progress = Progress(Cursor(5000, ranges))
    assert not progress.has_room(1)
    progress.shed(9000, 100)
    assert progress.cursor == Cursor(5000, ranges)


def test_everything_up_to_an_entry_is_delivered_when_no_backlog_is_below_it() -> None:
    progress = Progress(Cursor(20, ((11, 12),)))
    assert progress.has_all(10)
    assert not progress.has_all(11)
    assert not progress.has_all(21)
