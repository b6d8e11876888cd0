from datetime import date

import pytest

from daq.calibration.certificate import Calibrated, Certificate
from daq.calibration.dates import NEVER, begin_of, days_left, end_of_day
from daq.calibration.due import due_list, reminder
from daq.calibration.register import Item, in_force, register

DAY = 86_400 * 10**9


def certificate(number: str, since: str, *channels: str, **more: str) -> Certificate:
    return Certificate(
        number=number,
        laboratory="lab",
        calibrated=since,
        valid_from=since,
        channels=tuple(Calibrated(channel=name, unit="g") for name in channels or ("weight",)),
        **more,
    )


def numbers(certificates: list[Certificate], day: str) -> dict[str, str]:
    return {one.channel: one.certificate for one in in_force(certificates, date.fromisoformat(day))}


def test_the_newest_that_has_begun_is_in_force_channel_by_channel() -> None:
    both = certificate("1", "2026-01-01", "a", "b")
    later = certificate("2", "2026-06-01", "a")
    for order in ([both, later], [later, both]):
        assert numbers(order, "2025-12-31") == {}
        assert numbers(order, "2026-01-01") == {"a": "1", "b": "1"}
        assert numbers(order, "2026-06-01") == {"a": "2", "b": "1"}


def test_whose_it_is_is_said_by_the_asset_or_else_by_the_serial_number() -> None:
    items = [
        Item(name="one", asset="A-1", serial_number="S-1"),
        Item(name="two", serial_number="S-2"),
    ]
    found = register(
        items,
        [
            certificate("1", "2026-01-01", asset="A-1", serial_number="S-9"),
            certificate("2", "2026-01-01", serial_number="S-2"),
            certificate("3", "2026-01-01", asset="A-3", serial_number="S-1"),
        ],
    )
    whose = {one.number: entry.item.name for entry in found.entries for one in entry.certificates}
    assert whose == {"1": "one", "2": "two"}
    assert [one.number for one in found.others] == ["3"]
    assert len(found.certificates) == 3
    assert found.in_force(date(2026, 1, 1)).keys() == {"one", "two"}


def test_a_due_date_ends_with_its_day_in_utc() -> None:
    last = begin_of(date(2026, 3, 12))
    assert end_of_day("2026-03-12") == last + DAY
    assert [days_left("2026-03-12", last + n) for n in (-1, 0, DAY - 1, DAY)] == [1, 0, 0, -1]
    (one,) = certificate("1", "2026-01-01").calibrations()
    assert one.due_time == NEVER


def test_what_is_due_first_is_listed_first_and_what_never_is_last() -> None:
    some = {
        "x": in_force([certificate("never", "2026-01-01", "a", "b")], date(2026, 2, 1)),
        "y": in_force([certificate("late", "2026-01-01", due="2028-01-01")], date(2026, 2, 1)),
        "z": in_force([certificate("soon", "2026-01-01", due="2027-01-01")], date(2026, 2, 1)),
    }
    found = due_list(some)
    assert [one.certificate for one in found] == ["soon", "late", "never"]
    assert found[-1].channels == ("a", "b")
    assert found[-1].days(0) is None


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("2026-11-30", "2026-12-01", None),
        ("2026-12-01", "2026-12-02", 30),
        ("2026-12-02", "2026-12-24", None),
        ("2026-12-24", "2026-12-25", 7),
        ("2026-12-31", "2027-01-01", None),
        ("2027-01-01", "2027-01-02", 0),
        ("2027-01-02", "2030-01-01", None),
        ("1970-01-01", "2026-12-26", 7),
        ("1970-01-01", "2030-01-01", 0),
    ],
)
def test_each_day_of_reminding_is_told_once(before: str, now: str, told: int | None) -> None:
    calibrations = in_force([certificate("1", "2026-01-01", due="2027-01-01")], date(2026, 2, 1))
    (due,) = due_list({"x": calibrations})
    times = [begin_of(date.fromisoformat(day)) for day in (before, now)]
    assert reminder(due, (30, 7, 0), *times) == told
