"""Which closed blocks are summarised together."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daq.journal.block import Block
from daq.journal.trend.portion import AT_ONCE, ENOUGH, MOST_BLOCKS, MOST_BYTES, Portion, portion


def blocks(count: int, entries: int, series: int, first: int = 7) -> list[Block]:
    members = frozenset(range(series))
    return [Block(first + n, entries, series=members) for n in range(count)]


def span(found: Portion | None) -> tuple[int, int] | None:
    return found and (found.first, found.last)


def nothing(_: int) -> int:
    return 0


def test_one_block_of_few_series_is_enough() -> None:
    assert span(portion(blocks(3, 4096, 10), nothing)) == (7, 7)


def test_of_many_series_it_takes_more() -> None:
    several = blocks(40, 4096, 1000)
    found = portion(several, nothing)
    assert found is not None
    assert (found.last - found.first + 1) * 4096 >= ENOUGH * 1000 > (found.last - 7) * 4096


def test_too_few_are_left_until_there_are_more() -> None:
    assert portion(blocks(3, 4096, 1000), nothing) is None
    assert portion([], nothing) is None


def test_what_would_take_much_memory_is_enough() -> None:
    assert span(portion(blocks(9, 4096, 1000), lambda _: MOST_BYTES // 2)) == (7, 8)


def test_blocks_of_rare_series_do_not_wait_for_ever() -> None:
    assert span(portion(blocks(MOST_BLOCKS, 10, 1000), nothing)) == (7, 7 + MOST_BLOCKS - 1)


def test_series_of_different_blocks_are_counted_once() -> None:
    rare = [Block(n, 64, series=frozenset({n % 2})) for n in range(4)]
    assert span(portion(rare, nothing)) == (0, 0)


def test_events_are_no_series() -> None:
    found = portion([Block(0, 4096, series=frozenset({0, 3, 2}))], nothing)
    assert found is not None
    assert found.series == (2, 3)


@given(
    st.sets(st.integers(1, 2**31), min_size=1, max_size=50), st.integers(0, 2000 * AT_ONCE // 100)
)
def test_shares_hold_each_series_once_and_fit_into_memory(series: set[int], size: int) -> None:
    whole = Portion(0, 3, tuple(sorted(series)), size)
    shares = list(whole.shares())
    held = [sum(low <= one <= high for one in series) for low, high in shares]
    assert sum(held) == len(series)
    assert all(low > high for (_, high), (low, _) in pairwise(shares))
    each = size / len(series)
    assert all(count * each <= max(AT_ONCE, each) * 1.001 for count in held)
