"""Rules and charts judge what readings come to under their certificates."""

from pathlib import Path

from daq.alarms.board import Sort
from daq.alarms.conditions.limit import Limit
from daq.alarms.engine import Engine
from daq.alarms.reference import samples
from daq.alarms.rule import Point, Rule, Settings
from daq.journal import JournalReader, Query, Series
from daq.journal.entry import Scan
from tests.calibration_samples import calibrated_key
from tests.journal_samples import NOON, NS, good, running, series_key

POINT = Point("meter", "c1")


def test_a_limit_is_held_against_the_corrected_value() -> None:
    rule = Rule(Settings(sort=Sort(name="high"), points=(POINT,)), Limit(5.4, above=True))
    engine = Engine([rule])
    keys = (series_key(width=2), calibrated_key())  # 5.0 is read, and 5.0 then 6.0 is meant
    scans = [
        Scan(n, NOON + n * NS, Series(n, key), (5.0, 0.0), good(2)) for n, key in enumerate(keys, 1)
    ]
    assert [turn.what for one in scans for turn in engine.feed(one)] == ["raised"]


async def test_a_chart_learns_from_corrected_values(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        series = journal.series(calibrated_key())
        for number in range(3):
            journal.append_scan(series, NOON + number * NS, (5.0, 0.0), good(2))
    with JournalReader(path) as reader:
        assert list(samples(reader, Query(), POINT, 0)) == [6.0, 6.0, 6.0]
