"""Which closed blocks are summarised together."""

from daq.journal.block import Block
from daq.journal.trend.portion import ENOUGH, MOST_BLOCKS, MOST_BYTES, Portion, portion


def blocks(count: int, entries: int, series: int, first: int = 7) -> list[Block]:
    members = frozenset(range(series))
    return [Block(first + n, entries, series=members) for n in range(count)]


def nothing(_: int) -> int:
    return 0


def test_one_block_of_few_series_is_enough() -> None:
    assert portion(blocks(3, 4096, 10), nothing) == Portion(7, 7)


def test_of_many_series_it_takes_more() -> None:
    several = blocks(40, 4096, 1000)
    found = portion(several, nothing)
    assert found is not None
    assert (found.last - found.first + 1) * 4096 >= ENOUGH * 1000 > (found.last - 7) * 4096


def test_too_few_are_left_until_there_are_more() -> None:
    assert portion(blocks(3, 4096, 1000), nothing) is None
    assert portion([], nothing) is None


def test_what_would_take_much_memory_is_enough() -> None:
    assert portion(blocks(9, 4096, 1000), lambda _: MOST_BYTES // 2) == Portion(7, 8)


def test_blocks_of_rare_series_do_not_wait_for_ever() -> None:
    assert portion(blocks(MOST_BLOCKS, 10, 1000), nothing) == Portion(7, 7 + MOST_BLOCKS - 1)


def test_series_of_different_blocks_are_counted_once() -> None:
    rare = [Block(n, 64, series=frozenset({n % 2})) for n in range(4)]
    assert portion(rare, nothing) == Portion(0, 0)
