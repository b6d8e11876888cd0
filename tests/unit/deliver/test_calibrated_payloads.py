"""What sinks get of a scan under a certificate: corrected, as read, and how sure it is."""

import json
from typing import Any

from daq.deliver.lineprotocol import Encoder
from daq.deliver.mqtt_payload import Composer
from daq.journal import Scan, Series
from drivers.model import Status, Value
from tests.calibration_samples import calibrated_key, calibration
from tests.journal_samples import NOON, good, series_key

SERIES = Series(3, calibrated_key(calibration(due="2027-03-12")))


def scan(*values: Value, status: Status = Status.GOOD) -> Scan:
    return Scan(7, NOON, SERIES, values, (status, Status.GOOD))


def payload(of: Scan) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        Composer("lab", "x").scan(of, historical=False, retain=True).payload
    )
    return found


def line(of: Scan, **more: str) -> str:
    return Encoder("x", **more).encode(of).data.decode()


def test_mqtt_tells_the_corrected_value_the_reading_and_the_uncertainty() -> None:
    found = payload(scan(5.0, 5.0))
    assert found["values"] == {"c1": 6.0, "c2": 5.0}
    assert found["uncorrected"] == {"c1": 5.0}
    assert found["uncertainty"] == {"c1": 0.15000000000000002}
    assert "quality" not in found
    late = payload(scan(5.0, 5.0, status=Status.CALIBRATION_DUE))
    assert late["quality"] == {"c1": "uncertain: calibration due"}
    assert late["values"]["c1"] == 6.0


def test_mqtt_states_no_uncertainty_where_there_is_none() -> None:
    assert payload(scan(20.0, 5.0))["uncertainty"] == {}
    gone = payload(scan(None, 5.0, status=Status.TIMEOUT))
    assert (gone["values"]["c1"], gone["uncorrected"], gone["uncertainty"]) == (None, {}, {})


def test_the_metadata_names_the_certificate() -> None:
    message = Composer("lab", "x").metadata(SERIES, retain=True)
    channels = json.loads(message.payload)["channels"]
    assert channels["c1"]["calibration"] == {
        "certificate": "0815",
        "laboratory": "Example Calibration Ltd",
        "calibrated": "2026-03-12",
        "due": "2027-03-12",
        "k": 2.0,
        "hash": "hash of 0815",
    }
    assert "calibration" not in channels["c2"]


def test_line_protocol_has_fields_for_each_and_a_tag_of_the_certificate() -> None:
    assert line(scan(5.0, 5.5)) == (
        "scan,asset=EM-0012,certificate=0815,group=power,instrument=meter,model=some-model,"
        "site=lab "
        "c1.uncorrected=5.0,c1.uncertainty=0.15000000000000002,c1=6.0,c2=5.5,quality=0i,seq=7i "
        f"{NOON}"
    )
    assert "c1.uncertainty" not in line(scan(20.0, 5.5))
    gone = line(scan(None, 5.5, status=Status.TIMEOUT))
    assert "c1.uncorrected" not in gone
    assert 'c1.status="bad: timeout"' in gone


def test_an_evaluation_is_a_measurement_and_a_tag_of_its_own() -> None:
    found = line(scan(5.0, 5.5), measurement="scan_evaluated", evaluation="0815#abc")
    assert found.startswith(
        "scan_evaluated,asset=EM-0012,certificate=0815,evaluation=0815#abc,group=power,"
    )


def test_nothing_changes_without_a_certificate() -> None:
    bare = Scan(7, NOON, Series(1, series_key(width=2)), (5.0, 5.5), good(2))
    assert payload(bare).keys() == {"time", "seq", "series", "values"}
    assert "certificate" not in line(bare)
    assert "uncorrected" not in line(bare)
