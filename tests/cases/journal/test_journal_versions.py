"""Files that older versions of the program have written, kept as they wrote them."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daq.journal import Cursor, Event, Journal, JournalReader, Query, Scan, schema
from daq.journal.migrations import STEPS
from tests.journal_samples import NOON, QUICK, append, running, series_key, time_of, values_of

OLD = Path(__file__).parent / "version-1.db.gz"
LAST = 4505


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return schema.pragma(connection, "user_version")


def check_content(path: Path) -> None:
    with JournalReader(path) as reader:
        entries = reader.entries(0, LAST)
        assert [entry.seq for entry in entries] == list(range(1, LAST + 1))
        scans = list(reader.scans(Query(instruments=frozenset({"meter"}))))
        odd = list(reader.scans(Query(instruments=frozenset({"odd"}))))
        assert reader.cursors() == {
            "influx": Cursor(4505),
            "mqtt": Cursor(4400, ((17, 20), (30, 30))),
        }
        refused = [(entry.sink, entry.seq, entry.reason) for entry in reader.quarantined()]
        assert {scan.series.key.instrument for scan in reader.latest()} >= {"meter", "odd"}
    assert [scan.values for scan in scans] == [values_of(n, 3) for n in range(1, 4501)]
    assert [scan.time for scan in scans] == [time_of(n) for n in range(1, 4501)]
    assert odd[0].values == (1, True, "秤", None)
    assert [str(status) for status in odd[1].statuses] == ["bad: timeout"] * 4
    assert odd[2].values == (2**70, 0.1, None, 1e-300)
    assert refused == [("influx", 5, "field type conflict"), ("influx", 9, "说不")]
    (lost,) = [e for e in entries if isinstance(e, Event) and e.kind == "bus-lost"]
    assert (lost.text, lost.data) == ("断开", {"reason": "unplugged", "n": 1.5})


def test_it_is_read_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    check_content(old)
    assert old.read_bytes() == before
    assert version_of(old) == 1


async def test_it_is_brought_up_to_date_once_and_says_so(old: Path) -> None:
    for _ in range(2):
        async with running(old) as journal:
            last = append(journal, journal.series(series_key("new")), 10**6)
            await journal.wait_beyond(last - 1)
    assert version_of(old) == schema.VERSION == 1 + len(STEPS)
    check_content(old)
    with JournalReader(old) as reader:
        events = [event for event in reader.events(Query()) if event.seq > LAST]
    assert [(event.kind, event.data) for event in events] == [
        ("journal-migrated", {"from": 1, "to": 2}),
        ("journal-migrated", {"from": 2, "to": 3}),
        ("journal-migrated", {"from": 3, "to": 4}),
    ]


async def test_a_reader_that_was_there_before_reads_on(old: Path) -> None:
    with JournalReader(old) as reader:
        assert reader.last == LAST
        async with running(old) as journal:
            last = append(journal, journal.series(series_key("new")), 1)
            await journal.wait_beyond(last - 1)
            entries = reader.entries(LAST, 10)
    assert [entry.seq for entry in entries] == list(range(LAST + 1, last + 1))
    assert {e.series.key.instrument for e in entries if isinstance(e, Scan)} == {"new"}


async def test_a_step_that_fails_leaves_the_file_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = STEPS[1]

    def half(connection: sqlite3.Connection, now: int) -> None:
        step(connection, now)
        raise sqlite3.OperationalError("disk on fire")

    monkeypatch.setitem(STEPS, 1, half)
    with pytest.raises(Exception, match="disk on fire"):
        await Journal.open(old, QUICK)
    assert version_of(old) == 1
    check_content(old)
    monkeypatch.setitem(STEPS, 1, step)
    async with running(old) as journal:
        assert journal.committed == LAST


async def test_what_it_has_written_is_recovered_though_it_has_no_checksums(old: Path) -> None:
    content = bytearray(old.read_bytes())
    content[:100] = bytes(100)
    old.write_bytes(content)
    async with running(old) as journal:
        assert journal.committed >= LAST
    check_content(old)
    with JournalReader(old) as reader:
        (event,) = [e for e in reader.events(Query()) if e.seq > LAST]
    assert (event.kind, event.data["entries"]) == ("journal-damaged", LAST)
    assert event.time > NOON
