"""Readings under a certificate in files, and the past under another one."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daq.calibration.certificate import Certificate
from daq.calibration.file import read_certificate
from daq.export import export
from daq.export.evaluated import EvaluatedFormat, Evaluation, export_evaluated
from daq.journal import JournalReader, Query
from drivers.model import Channel, Status
from tests.calibration_samples import balance, calibration
from tests.journal_samples import NOON, NS, good, running, series_key

pq: Any = import_module("pyarrow.parquet")  # it has no type information


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncGenerator[JournalReader]:
    path = tmp_path / "journal.db"
    channels = (Channel(name="weight", unit="g"), Channel(name="temperature", unit="Cel"))
    bare = msgspec.structs.replace(series_key("balance"), channels=channels)
    old = msgspec.structs.replace(bare, calibrations=(calibration("weight", "old"),))
    async with running(path) as journal:
        journal.append_scan(journal.series(bare), NOON, (1.0, 21.0), good(2))
        under, late = journal.series(old), (Status.CALIBRATION_DUE, Status.GOOD)
        journal.append_scan(under, NOON + NS, (10.0, 21.0), late)
        journal.append_scan(under, NOON + 2 * NS, (None, None), (Status.TIMEOUT,) * 2)
        journal.append_scan(
            journal.series(series_key("other")), NOON + 3 * NS, (1.0, 2.0, 3.0), good(3)
        )
    with JournalReader(path) as reader:
        yield reader


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return read_certificate(balance(tmp_path / "certificates", "new", offset=0.25))[0]


def evaluated(reader: JournalReader, certificate: Certificate, form: EvaluatedFormat) -> bytes:
    stream = io.BytesIO()
    assert export_evaluated(reader, Query(), Evaluation("balance", certificate), form, stream) == 3
    return stream.getvalue()


def rows(data: bytes) -> list[tuple[str, ...]]:
    names = ("value", "quality", "uncorrected", "uncertainty", "certificate")
    found = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [tuple(row[name] for name in names) for row in found if row["channel"] == "weight"]


def test_each_reading_says_what_it_was_and_by_which_certificate(reader: JournalReader) -> None:
    stream = io.BytesIO()
    export(reader, Query(), "csv", stream)
    assert rows(stream.getvalue()) == [
        ("1.0", "good", "", "", ""),
        ("11.5", "uncertain: calibration due", "10.0", "0.2", "old"),
        ("", "bad: timeout", "", "", "old"),
    ]


def test_a_choice_of_channels_keeps_the_certificate_of_those(reader: JournalReader) -> None:
    stream = io.BytesIO()
    export(reader, Query(), "jsonl", stream, channels=["power.weight"])
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert found[1]["values"] == {"weight": 11.5}
    assert found[1]["uncorrected"] == {"weight": 10.0}
    stream = io.BytesIO()
    export(reader, Query(), "jsonl", stream, channels=["power.temperature"])
    assert b"uncorrected" not in stream.getvalue()


def test_the_past_is_evaluated_beside_what_is(
    reader: JournalReader, certificate: Certificate
) -> None:
    found = evaluated(reader, certificate, "csv")
    assert rows(found) == [
        ("1.25", "good", "1.0", "0.0001015", "new"),
        ("10.25", "good", "10.0", "0.000115", "new"),
        ("", "bad: timeout", "", "", "new"),
    ]
    table = csv.DictReader(io.StringIO(found.decode(), newline=""))
    assert {row["evaluation"] for row in table} == {f"new#{certificate.hash[:8]}"}
    again = evaluated(reader, certificate, "csv")
    assert again == found


def test_all_formats_say_the_same(
    reader: JournalReader, certificate: Certificate, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in evaluated(reader, certificate, "jsonl").splitlines()]
    assert [one["values"]["weight"] for one in lines] == [1.25, 10.25, None]
    assert {one["evaluation"] for one in lines} == {f"new#{certificate.hash[:8]}"}
    table = pq.read_table(io.BytesIO(evaluated(reader, certificate, "parquet"))).to_pylist()
    weights = [row for row in table if row["channel"] == "weight"]
    assert [row["value"] for row in weights] == [1.25, 10.25, None]
    assert [row["uncorrected"] for row in weights] == [1.0, 10.0, None]
    assert {row["certificate"] for row in weights} == {"new"}
    influx = evaluated(reader, certificate, "influx").decode().splitlines()
    assert all(line.startswith("scan_evaluated,") for line in influx)
    assert "weight=1.25," in influx[0]
    assert f",evaluation=new#{certificate.hash[:8]}," in influx[0]
