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
