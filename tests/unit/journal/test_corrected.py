from pathlib import Path

import msgspec

from daq.journal import Series
from daq.journal.corrected import Corrections, evaluator_of
from daq.journal.entry import Scan, SeriesKey
from daq.journal.reader import JournalReader
from tests.calibration_samples import calibrated_key, calibration
from tests.journal_samples import NOON, NS, good, running, series_key


def test_a_series_without_certificate_is_written_as_it_always_was() -> None:
    stored = msgspec.json.encode(series_key())
    assert b"calibrations" not in stored
    assert msgspec.json.decode(stored, type=SeriesKey) == series_key()
    assert evaluator_of(series_key()) is None


async def test_readings_stay_as_read_and_the_certificate_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    keys = [series_key(width=2), calibrated_key(), calibrated_key(calibration(number="0816"))]
    async with running(path) as journal:
        for number, key in enumerate(keys):
            series = journal.series(key)
            journal.append_scan(series, NOON + number * NS, (5.0, 5.0), good(2))
            assert journal.series(key) == series
    corrections = Corrections()
    with JournalReader(path) as reader:
        scans = [entry for entry in reader.entries(0, 10) if isinstance(entry, Scan)]
        assert [series.key for series in reader.series()] == keys
    assert {scan.values for scan in scans} == {(5.0, 5.0)}
    assert len({scan.series.id for scan in scans}) == 3
    assert [corrections.values(scan) for scan in scans] == [(5.0, 5.0), (6.0, 5.0), (6.0, 5.0)]
    assert corrections.evaluated(scans[0]) is None
    assert corrections.scan(scans[1]).values == (6.0, 5.0)
    async with running(path) as journal:  # what was read is what is asked for: no fourth series
        assert [journal.series(key).id for key in keys] == [scan.series.id for scan in scans]


def test_a_number_that_means_another_series_is_noticed() -> None:
    corrections = Corrections()
    for key, expected in ((calibrated_key(), (6.0, 5.0)), (series_key(width=2), (5.0, 5.0))):
        scan = Scan(1, NOON, Series(1, key), (5.0, 5.0), good(2))
        assert corrections.values(scan) == expected
