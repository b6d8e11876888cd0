from drivers.timing import LONGEST_SCAN, midway

HOUR = 3600 * 1_000_000_000


def test_a_scan_is_dated_in_the_middle_of_its_replies() -> None:
    assert midway([100]) == 100
    assert midway([100, 150, 300]) == 200
    assert midway([300, 100]) == 200


def test_a_clock_set_within_a_scan_does_not_date_it_between_two_times() -> None:
    assert midway([5, 5 + HOUR, 6 + HOUR]) == 6 + HOUR
    assert midway([5 + HOUR, 6]) == 6
    assert midway([0, LONGEST_SCAN]) == LONGEST_SCAN // 2
