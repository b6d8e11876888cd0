"""What has to be kept in mind of each alarm: its last step, what raised it, and since where."""

from daq.alarms.board import Board, Sort
from daq.alarms.latest import Latest
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from tests.alarm_samples import as_event


def latest(*steps: tuple[str, What]) -> Latest:
    """After these steps, numbered from 1."""
    board = Board([Sort(name=name) for name in ("a", "b")])
    found = Latest()
    for seq, (name, what) in enumerate(steps, 1):
        found.note(as_event(event_of(board.apply(name, what, seq, until=99)), seq))
    return found


def numbers(found: Latest, name: str) -> tuple[int, int]:
    """Of its last step and of what raised it; 0 for none."""
    last, raised = found.last.get(name), found.raised(name)
    return last.seq if last else 0, raised.seq if raised else 0


def test_what_raised_it_is_known_until_it_is_normal() -> None:
    steps: list[tuple[str, What]] = [("a", "raised"), ("a", "acknowledged"), ("a", "shelved")]
    assert numbers(latest(*steps), "a") == (3, 1)
    assert numbers(latest(*steps, ("a", "returned")), "a") == (4, 1)
    over: list[tuple[str, What]] = [*steps, ("a", "returned"), ("a", "unshelved")]
    assert numbers(latest(*over), "a") == (5, 0)
    assert numbers(latest(*over, ("a", "raised")), "a") == (6, 6)
    assert numbers(latest(*steps), "b") == (0, 0)


def test_a_comment_is_no_step() -> None:
    assert numbers(latest(("a", "raised"), ("a", "commented")), "a") == (1, 1)
    assert numbers(latest(("a", "commented")), "a") == (1, 0)


def test_a_start_reads_from_the_oldest_raising_that_stands() -> None:
    steps: list[tuple[str, What]] = [("a", "raised"), ("b", "raised"), ("a", "acknowledged")]
    assert latest(*steps).needed(["a", "b"]) == [1, 2]
    assert latest(*steps).needed(["b", "unknown"]) == [2]
    assert latest(*steps).newest == 3
    assert Latest().newest == 1
