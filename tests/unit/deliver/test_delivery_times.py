from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.timestamps import rfc3339

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_nanoseconds_are_kept() -> None:
    assert rfc3339(1_795_435_200_000_000_001) == "2026-11-23T12:00:00.000000001Z"
    assert rfc3339(-1) == "1969-12-31T23:59:59.999999999Z"


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_time_of_the_journal_can_be_read_back(time: int) -> None:
    text = rfc3339(time)
    seconds, fraction = text[:-11] + "+00:00", text[-10:-1]
    since = (datetime.fromisoformat(seconds) - EPOCH) // timedelta(seconds=1)
    assert since * 1_000_000_000 + int(fraction) == time
