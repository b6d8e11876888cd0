import random

from daq.backoff import Backoff
from daq.deliver.lane import Lane


def lane(limit: int = 1000) -> Lane:
    return Lane(limit, Backoff(1.0, 60.0, random.Random(1)))


def test_one_failure_is_an_accident() -> None:
    subject = lane()
    subject.failed()
    assert subject.limit == 1000


def test_repeated_failures_halve_the_batch_down_to_one() -> None:
    subject = lane()
    limits: list[int] = []
    for _ in range(14):
        subject.failed()
        limits.append(subject.limit)
    assert limits[:4] == [1000, 500, 250, 125]
    assert limits[-1] == 1


def test_success_lets_the_batch_grow_back() -> None:
    subject = lane(8)
    for _ in range(10):
        subject.failed()
    assert subject.limit == 1
    for expected in (2, 4, 8, 8):
        subject.succeeded()
        assert subject.limit == expected


def test_a_destination_that_takes_only_a_part_gets_less_and_later() -> None:
    subject = lane()
    subject.postpone(100.0)
    assert subject.limit == 500
    assert 100.5 <= subject.due <= 101.0


def test_a_write_that_takes_long_makes_the_next_ones_smaller_but_not_tiny() -> None:
    subject = lane()
    limits: list[int] = []
    for _ in range(8):
        subject.took(1.5)
        limits.append(subject.limit)
    assert limits == [500, 250, 125, 62, 50, 50, 50, 50]
    subject.took(0.5)
    assert subject.limit == 50
    for expected in (62, 125, 250, 500, 1000, 1000):
        subject.took(0.1)
        assert subject.limit == expected


def test_what_is_small_already_stays_so_however_long_it_takes() -> None:
    subject = lane(20)
    subject.took(100.0)
    assert subject.limit == 20
