"""When faults and their ends are told, and who may lose a bus's time."""

from daq.acquire.allowance import RESERVE, SHARE, Allowance
from daq.acquire.patience import LEAST, MARGIN, THOROUGH, Patience
from daq.acquire.trouble import LONGEST_HOLD, RECENT, SHORTEST_HOLD, Trouble


def test_a_fault_is_told_once_and_its_end_at_once() -> None:
    trouble = Trouble()
    assert not trouble.rests(0.0)
    assert trouble.strikes("silent", 1.0)
    assert not trouble.strikes("silent", 2.0)
    assert trouble.rests(5.0)
    assert (trouble.seconds, trouble.times, trouble.active) == (4.0, 1, False)
    assert not trouble.rests(6.0)


def test_each_kind_is_told_once_in_one_fault() -> None:
    trouble = Trouble()
    kinds = ["silent", "refusing"] * 5
    assert [trouble.strikes(kind, 0.0) for kind in kinds] == [True, True] + [False] * 8
    assert trouble.times == 1


def test_what_comes_and_goes_is_one_fault_until_it_stays_well() -> None:
    trouble = Trouble()
    told = 0
    for second in range(0, 3600, 2):
        told += trouble.strikes("silent", float(second))
        told += trouble.rests(second + 1.0)
    assert told == 3  # began, ended, came back
    assert trouble.active
    assert not trouble.rests(3600.0)
    assert trouble.rests(3600.0 + SHORTEST_HOLD)
    assert trouble.times == 1799


def test_the_slowest_swing_is_told_some_times_an_hour_at_most() -> None:
    """Always well just long enough for the end to be told."""
    trouble = Trouble()
    now, told = 0.0, 0
    while now < 86_400:
        told += trouble.strikes("silent", now)
        now += 1
        while not trouble.rests(now):
            now += 1
        told += 1
    assert told <= 2 * (86_400 / LONGEST_HOLD + 10)


def test_a_fault_long_after_the_last_is_a_new_one() -> None:
    trouble = Trouble()
    for begin in (0.0, RECENT + 10, 3 * RECENT):
        assert trouble.strikes("silent", begin)
        assert trouble.rests(begin + 1)


def test_time_is_lost_out_of_a_reserve_and_then_at_a_bounded_rate() -> None:
    allowance = Allowance()
    lost, now = 0.0, 0.0
    while now < 10_000:
        if allowance.left(now):
            now += 1.2
            lost += 1.2
            allowance.lose(1.2, now, most=1.2)
        else:
            now += 0.1
    assert lost <= RESERVE + SHARE * 10_000 + 1.2
    assert lost >= 0.9 * SHARE * 10_000


def test_a_great_loss_is_forgiven_but_for_one_exchange() -> None:
    allowance = Allowance()
    allowance.lose(1000.0, 100.0, most=1.2)
    assert not allowance.left(100.0 + 0.9 * 1.2 / SHARE)
    assert allowance.left(100.0 + 1.1 * 1.2 / SHARE)


def test_who_has_answered_is_waited_for_as_long_as_it_needs_and_now_and_then_longer() -> None:
    patience = Patience()
    assert [patience.next() for _ in range(5)] == [None] * 5
    patience.note(0.2)
    patience.note(0.001)
    waits = [patience.next() for _ in range(2 * THOROUGH)]
    assert waits == ([MARGIN * 0.2] * (THOROUGH - 1) + [None]) * 2
    quick = Patience()
    quick.note(0.001)
    assert quick.known == LEAST
