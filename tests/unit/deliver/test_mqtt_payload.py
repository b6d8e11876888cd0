from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.mqtt_payload import Composer
from daq.deliver.sink import Beat
from daq.journal.entry import Event, Scan, Series
from drivers.model import Channel, Status, Value
from tests.journal_samples import NOON, series_key

COMPOSER = Composer("lab", "demo")
SERIES = Series(3, series_key(width=2))


def content(payload: bytes) -> Any:  # noqa: ANN401 - JSON
    return msgspec.json.decode(payload)


def scan(values: tuple[Value, ...], statuses: tuple[Status, ...]) -> Scan:
    return Scan(5, NOON, SERIES, values, statuses)


GOOD = scan((1.5, 2), (Status.GOOD, Status.GOOD))


def test_a_good_scan_is_time_seq_and_values() -> None:
    message = COMPOSER.scan(GOOD, historical=False, retain=True)
    assert message.topic == "lab/lab/meter/power"
    assert message.retain
    assert content(message.payload) == {
        "time": "2026-11-23T12:00:00.000000000Z",
        "seq": 5,
        "series": 3,
        "values": {"c1": 1.5, "c2": 2},
    }


def test_quality_stands_only_where_it_is_not_good() -> None:
    bad = scan((1.5, None), (Status.GOOD, Status.TIMEOUT))
    found = content(COMPOSER.scan(bad, historical=False, retain=True).payload)
    assert found["values"] == {"c1": 1.5, "c2": None}
    assert found["quality"] == {"c2": "bad: timeout"}


def test_backlog_is_marked_historical() -> None:
    message = COMPOSER.scan(GOOD, historical=True, retain=False)
    assert content(message.payload)["historical"] is True
    assert not message.retain


def test_what_json_cannot_say_is_null() -> None:
    odd = scan((float("nan"), float("inf")), (Status.GOOD, Status.GOOD))
    found = content(COMPOSER.scan(odd, historical=False, retain=True).payload)
    assert found["values"] == {"c1": None, "c2": None}


def test_an_event_says_everything_and_is_not_retained() -> None:
    event = Event(
        seq=6,
        time=NOON,
        kind="bus-lost",
        subject="rs485-1",
        severity="error",
        text="gone",
        data={"port": "/dev/ttyUSB0"},
    )
    message = COMPOSER.event(event, historical=False)
    assert (message.topic, message.retain) == ("lab/demo/_events", False)
    assert content(message.payload) == {
        "time": "2026-11-23T12:00:00.000000000Z",
        "seq": 6,
        "kind": "bus-lost",
        "subject": "rs485-1",
        "severity": "error",
        "text": "gone",
        "data": {"port": "/dev/ttyUSB0"},
    }


def test_metadata_says_what_the_values_mean_and_leaves_out_what_is_not_known() -> None:
    channel = Channel(name="t", unit="Cel", display_unit="°C", low=-40.0, high=0.0)
    series = Series(4, msgspec.structs.replace(SERIES.key, channels=(channel,)))
    message = COMPOSER.metadata(series, retain=True)
    assert message.topic == "lab/lab/meter/power/_meta"
    found = content(message.payload)
    assert found["series"] == 4
    assert (found["model"], found["asset"], found["interval"]) == ("some-model", "EM-0012", 1.0)
    assert found["channels"] == {
        "t": {"unit": "Cel", "display_unit": "°C", "kind": "float", "low": -40.0, "high": 0.0}
    }


def test_a_sign_of_life_is_the_status_with_particulars() -> None:
    message = COMPOSER.beat(Beat(NOON, {"answering": 3, "silent": ["mains"]}))
    assert (message.topic, message.retain) == ("lab/demo/_status", True)
    found = content(message.payload)
    assert (found["status"], found["reason"], found["answering"]) == ("online", "acquiring", 3)
    assert found["silent"] == ["mains"]


def test_status_is_retained() -> None:
    message = COMPOSER.status("offline", "stopped", NOON)
    assert (message.topic, message.retain) == ("lab/demo/_status", True)
    assert content(message.payload)["status"] == "offline"


VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(first=VALUE, second=VALUE, status=st.sampled_from(Status), historical=st.booleans())
def test_values_come_back_as_they_were(
    first: Value, second: Value, status: Status, *, historical: bool
) -> None:
    message = COMPOSER.scan(
        scan((first, second), (Status.GOOD, status)), historical=historical, retain=False
    )
    found = content(message.payload)
    assert found["values"] == {"c1": first, "c2": second}
    assert found.get("quality") == ({"c2": str(status)} if status else None)
