import random

import pytest

from daq.backoff import Backoff


def test_waits_double_between_half_and_all_of_the_step() -> None:
    backoff = Backoff(0.5, 10.0, random.Random(1))
    for step in (0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0):
        assert step / 2 <= backoff.next() <= step


def test_success_starts_again_from_the_first_wait() -> None:
    backoff = Backoff(1.0, 100.0, random.Random(1))
    for _ in range(50):
        backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.0


def test_the_destination_may_ask_for_a_longer_wait() -> None:
    assert Backoff(0.5, 10.0).next(at_least=30.0) == 30.0
    assert Backoff(0.5, 10.0).next(at_least=0.0) >= 0.25


def test_two_daemons_do_not_come_back_together() -> None:
    waits = {Backoff(1.0, 60.0, random.Random(seed)).next() for seed in range(20)}
    assert len(waits) == 20


def test_when_asking_often_does_not_help_the_wait_is_long_at_once() -> None:
    assert Backoff(0.5, 60.0).longest() == pytest.approx(45.0, abs=15.0)
