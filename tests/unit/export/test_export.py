import csv
import io
import json
import sys
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from daq.export import ExportError, Format, MissingExtraError, export, parquet_format
from daq.journal import JournalReader, Query
from drivers.model import Status
from tests.journal_samples import NOON, NS, good, running, series_key

pa: Any = import_module("pyarrow")  # it has no type information
pq: Any = import_module("pyarrow.parquet")

FORMATS: tuple[Format, ...] = ("csv", "jsonl", "parquet")


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        meter = journal.series(series_key("meter", width=2))
        other = journal.series(series_key("other", "misc", width=4))
        journal.append_scan(meter, NOON, (230.1, 0.1 + 0.2), good(2))
        bad = (Status.TIMEOUT, Status.UNSTABLE)
        journal.append_scan(meter, NOON + NS + 1000, (None, 1.5), bad)
        journal.append_event("start", "daq", "an event is no reading")
        mixed = (2**63 + 1, True, 'a "b", c\nd', "\udcff")
        journal.append_scan(other, NOON + 2 * NS, mixed, good(4))
        journal.append_scan(other, NOON + 3 * NS, (7, False, float("inf"), "秤"), good(4))
    return path


@pytest.fixture
def reader(journal: Path) -> Generator[JournalReader]:
    with JournalReader(journal) as reader:
        yield reader


def exported(reader: JournalReader, file_format: Format, query: Query | None = None) -> bytes:
    stream = io.BytesIO()
    export(reader, query or Query(), file_format, stream)
    return stream.getvalue()


def test_csv_has_a_line_for_each_reading(reader: JournalReader) -> None:
    text = exported(reader, "csv").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["channel"], row["value"], row["quality"]) for row in rows] == [
        ("c1", "230.1", "good"),
        ("c2", "0.30000000000000004", "good"),
        ("c1", "", "bad: timeout"),
        ("c2", "1.5", "uncertain: unstable"),
        ("c1", "9223372036854775809", "good"),
        ("c2", "true", "good"),
        ("c3", 'a "b", c\nd', "good"),
        ("c4", "\\udcff", "good"),
        ("c1", "7", "good"),
        ("c2", "false", "good"),
        ("c3", "inf", "good"),
        ("c4", "秤", "good"),
    ]
    assert text.splitlines()[0] == (
        "time,instrument,group,channel,value,unit,quality,asset,seq,"
        "uncorrected,uncertainty,certificate,evaluation"
    )
    assert rows[2] == {
        "time": "2026-11-23T12:00:01.000001000Z",
        "instrument": "meter",
        "group": "power",
        "channel": "c1",
        "value": "",
        "unit": "V",
        "quality": "bad: timeout",
        "asset": "EM-0012",
        "seq": "2",
        **dict.fromkeys(("uncorrected", "uncertainty", "certificate", "evaluation"), ""),
    }


def test_json_lines_have_a_scan_each(reader: JournalReader) -> None:
    lines = [json.loads(line) for line in exported(reader, "jsonl").splitlines()]
    assert lines[0] == {
        "time": "2026-11-23T12:00:00.000000000Z",
        "seq": 1,
        "site": "lab",
        "instrument": "meter",
        "group": "power",
        "values": {"c1": 230.1, "c2": 0.30000000000000004},
    }
    assert lines[1]["quality"] == {"c1": "bad: timeout", "c2": "uncertain: unstable"}
    assert lines[2]["values"] == {
        "c1": 2**63 + 1,
        "c2": True,
        "c3": 'a "b", c\nd',
        "c4": "\udcff",
    }
    assert lines[3]["values"] == {"c1": 7, "c2": False, "c3": None, "c4": "秤"}


def test_parquet_has_typed_columns(reader: JournalReader) -> None:
    table = pq.read_table(io.BytesIO(exported(reader, "parquet")))
    assert table.schema.field("time").type == pa.timestamp("ns", tz="UTC")
    assert table.schema.metadata[b"lab-daq.station"].decode() == reader.station
    table = table.set_column(0, "time", table.column("time").cast(pa.int64()))
    rows = cast("list[dict[str, object]]", table.to_pylist())
    assert [(row["value"], row["integer"], row["text"]) for row in rows] == [
        (230.1, None, None),
        (0.1 + 0.2, None, None),
        (None, None, None),
        (1.5, None, None),
        (float(2**63 + 1), None, str(2**63 + 1)),
        (1.0, None, None),
        (None, None, 'a "b", c\nd'),
        (None, None, "\\udcff"),
        (7.0, 7, None),
        (0.0, None, None),
        (float("inf"), None, None),
        (None, None, "秤"),
    ]
    assert rows[2] == {
        "time": NOON + NS + 1000,
        "site": "lab",
        "instrument": "meter",
        "group": "power",
        "channel": "c1",
        "value": None,
        "integer": None,
        "text": None,
        "unit": "V",
        "quality": "bad: timeout",
        "asset": "EM-0012",
        "seq": 2,
        **dict.fromkeys(("uncorrected", "uncertainty", "certificate", "evaluation")),
    }


def test_parquet_is_written_in_row_groups(
    reader: JournalReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_format, "ROWS_IN_GROUP", 4)
    content = pq.ParquetFile(io.BytesIO(exported(reader, "parquet")))
    assert (content.num_row_groups, content.metadata.num_rows) == (3, 12)


def test_only_what_is_asked_for(reader: JournalReader) -> None:
    query = Query(start=NOON + 1, instruments=frozenset({"meter"}))
    (line,) = exported(reader, "jsonl", query).splitlines()
    assert json.loads(line)["seq"] == 2


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_is_complete_or_not_there(
    reader: JournalReader, tmp_path: Path, file_format: Format
) -> None:
    target = tmp_path / "out" / "readings"
    with pytest.raises(ExportError, match="readings: cannot write"):
        export(reader, Query(), file_format, target)
    target.parent.mkdir()
    target.write_text("of last week")

    def interrupt(_done: int, _total: int) -> None:
        assert len(list(target.parent.iterdir())) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(reader, Query(), file_format, target, interrupt)
    assert [path.name for path in target.parent.iterdir()] == ["readings"]
    assert target.read_text() == "of last week"
    progress: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        progress.append((done, total))

    assert export(reader, Query(), file_format, target, tell) == 4
    assert progress == [(5, 5)]
    assert target.read_bytes() == exported(reader, file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_stream_that_breaks_is_the_callers_to_handle(
    reader: JournalReader, file_format: Format
) -> None:
    class Broken(io.RawIOBase):
        def write(self, _data: object) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        export(reader, Query(), file_format, cast("BinaryIO", Broken()))


def test_parquet_without_pyarrow_says_what_to_install(
    reader: JournalReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lab-daq\[parquet\]'"):
        exported(reader, "parquet")
