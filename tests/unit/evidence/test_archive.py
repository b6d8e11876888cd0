"""Archives: days cut out of numbers, complete, chained, and read without this program."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from daq.evidence.archive.days import GRACE, day_of, days, next_due
from daq.evidence.archive.folder import newest_day
from daq.evidence.archive.write import archive
from daq.evidence.errors import EvidenceError
from daq.evidence.verifier import Verdict, key_in, verify
from daq.export.arrow import load
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from tests.calibration_samples import calibration
from tests.evidence_samples import key_pair, signing
from tests.journal_samples import NOON, NS, Clock, good, running, series_key

parquet = load("pyarrow.parquet")
DAY = 86_400 * NS
LATER = NOON + 3 * DAY


async def three_days(folder: Path) -> Path:
    """Ten scans and an event at noon of each of three days, with a certificate."""
    path = folder / "journal.db"
    async with running(path, clock=Clock(LATER)) as journal:
        series = journal.series(series_key(width=2))
        for day in range(3):
            for second in range(10):
                time = NOON + day * DAY + second * NS
                journal.append_scan(series, time, (day, second + 0.5), good(2))
            journal.append_event("start", "daq", "again", time=NOON + day * DAY + 11 * NS)
    assert calibration().channel == "c1"
    return path


def archived(path: Path, folder: Path, now: int, key: Path | None = None) -> list[str]:
    with JournalReader(path) as reader:
        signer = None if key is None else signing(key)
        return [one.day for one in archive(reader, folder, now, signer)]


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    return await three_days(tmp_path)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path)


@pytest.fixture
def folder(journal: Path, keys: tuple[Path, Path], tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    assert archived(journal, folder, LATER, keys[0]) == ["2026-11-23", "2026-11-24", "2026-11-25"]
    return folder


def checked(folder: Path, public: Path) -> Verdict:
    return verify(folder, [key_in(public)])


def test_an_archive_is_what_was_written(folder: Path, keys: tuple[Path, Path]) -> None:
    verdict = checked(folder, keys[1])
    assert verdict.wrong == []
    assert verdict.notes[-1] == "3 days, 2026-11-23 to 2026-11-25, 33 entries"


def test_duckdb_reads_it_without_this_program(folder: Path) -> None:
    readings = duckdb.read_parquet(f"{folder}/*/readings.parquet")
    good = readings.filter("channel = 'c2' AND quality = 'good'")
    assert good.aggregate("count(*), min(value), max(value)").fetchall() == [(30, 0.5, 9.5)]
    events = duckdb.read_parquet(f"{folder}/*/events.parquet").order("seq")
    assert events.project("kind, seq").fetchall() == [("start", 11), ("start", 22), ("start", 33)]


def test_what_readings_mean_is_with_them(folder: Path) -> None:
    file = folder / "2026-11-24" / "readings.parquet"
    told = parquet.read_schema(file).metadata
    (key,) = json.loads(told[b"lab-daq.series"]).values()
    assert (key["instrument"], key["channels"][0]["unit"]) == ("meter", "V")
    assert json.loads((file.parent / "series.json").read_bytes())["1"] == key
    manifest = json.loads((file.parent / "manifest.json").read_bytes())
    assert (manifest["first"], manifest["last"], manifest["missing"]) == (12, 22, 0)
    assert manifest["previous_day"] == "2026-11-23"


def test_it_goes_on_where_it_was(journal: Path, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    assert archived(journal, folder, NOON + DAY) == ["2026-11-23"]
    assert archived(journal, folder, NOON + DAY) == []
    assert archived(journal, folder, LATER) == ["2026-11-24", "2026-11-25"]
    assert verify(folder, unsigned=True).sound


async def test_another_journal_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = await three_days(tmp_path / "other")
    with pytest.raises(EvidenceError, match="is the archive of station"):
        archived(other, folder, LATER)


def test_a_day_appears_complete_or_not_at_all(journal: Path, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "2026-11-23").write_text("in the way")
    with pytest.raises(EvidenceError, match="full: "):
        archived(journal, folder, LATER)
    assert [each.name for each in folder.iterdir()] == ["2026-11-23"]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _swap(folder: Path, name: str) -> None:
    one, other = folder / "2026-11-23" / name, folder / "2026-11-24" / name
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def _fewer(folder: Path) -> None:
    file = folder / "2026-11-24" / "readings.parquet"
    table = parquet.read_table(file)
    parquet.write_table(table.slice(1), file)


def _reordered(folder: Path) -> None:
    (folder / "2026-11-23").rename(folder / "x")
    (folder / "2026-11-24").rename(folder / "2026-11-23")
    (folder / "x").rename(folder / "2026-11-24")


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a flipped bit": (
        lambda folder: _flip(folder / "2026-11-24" / "readings.parquet"),
        "2026-11-24: readings.parquet: is altered: its SHA-256 is another",
    ),
    "a row removed": (_fewer, "2026-11-24: readings.parquet: "),
    "a day removed": (
        lambda folder: shutil.rmtree(folder / "2026-11-24"),
        "2026-11-25: manifest.json: does not follow the day before it: 2026-11-24 is missing",
    ),
    "days reordered": (
        _reordered,
        "2026-11-23: manifest.json: is that of 2026-11-24: the days are not in their order",
    ),
    "a swapped signature": (
        lambda folder: _swap(folder, "manifest.sig"),
        "2026-11-23: manifest.sig: is not that of this manifest.json",
    ),
    "events of another day": (
        lambda folder: _swap(folder, "events.parquet"),
        "2026-11-23: events.parquet: is altered",
    ),
    "a file more": (
        lambda folder: (folder / "2026-11-25" / "notes.txt").write_text("x"),
        "2026-11-25: notes.txt: is not in the manifest",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_named(folder: Path, keys: tuple[Path, Path], what: str) -> None:
    change, name = TAMPERED[what]
    change(folder)
    found = checked(folder, keys[1]).wrong
    assert any(line.startswith(name) for line in found), found


def test_the_oldest_days_may_be_elsewhere(folder: Path, keys: tuple[Path, Path]) -> None:
    shutil.rmtree(folder / "2026-11-23")
    verdict = checked(folder, keys[1])
    assert verdict.sound
    assert "begins after 2026-11-23, which is not here" in verdict.notes


def test_a_broken_manifest_is_said_when_it_goes_on(folder: Path) -> None:
    (folder / "2026-11-25" / "manifest.json").write_text("{")
    with pytest.raises(EvidenceError, match="check the archive with `daq verify"):
        newest_day(folder)


def entry(seq: int, hours: float) -> Event:
    time = NOON + round(hours * 3600) * NS
    return Event(seq=seq, time=time, kind="k", subject="s", severity="info", text="", data={})


def cut(hours: list[float], now: float) -> dict[str, list[int]]:
    entries: Iterator[Event] = (entry(seq, hour) for seq, hour in enumerate(hours, 1))
    return {
        day: [one.seq for one in some] for day, some in days(entries, NOON + round(now * 3600) * NS)
    }


def test_days_are_cut_out_of_the_numbers() -> None:
    assert cut([0, 11, 12, 13, 40], 100) == {
        "2026-11-23": [1, 2],
        "2026-11-24": [3, 4],
        "2026-11-25": [5],
    }
    assert cut([0, 12, 11.9, 13], 100) == {"2026-11-23": [1], "2026-11-24": [2, 3, 4]}, "set back"
    assert cut([0, 9000, 1, 13], 100) == {"2026-11-23": [1, 2, 3], "2026-11-24": [4]}, "future"
    assert cut([0, 13], 13) == {"2026-11-23": [1]}, "today is not over"
    assert cut([0], 12) == {}, "midnight has just been"
    assert cut([0], 12 + GRACE / 3600) == {"2026-11-23": [1]}
    assert cut([9000, 1], 100) == {}, "the clock has been wrong from the first on: today"


def test_when_a_day_is_due() -> None:
    assert next_due(NOON) == 12 * 3600 + GRACE
    assert day_of(NOON) == "2026-11-23"
    assert [day for day, _ in groupby([NOON, NOON + DAY], day_of)] == ["2026-11-23", "2026-11-24"]
