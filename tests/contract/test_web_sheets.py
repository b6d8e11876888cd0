"""What overview, buses and delivery show can be taken along, also while no daemon runs."""

import csv
import io
import json
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from drivers.model import Status
from tests.journal_samples import NS
from tests.web_site import Reading, Site, fill, site

parquet: Any = import_module("pyarrow.parquet")  # comes without types

COUNT = 5


def reading(number: int) -> Reading:
    good = number < COUNT - 1
    return (float(number), None), (Status.GOOD, Status.GOOD if not good else Status.TIMEOUT)


async def taken(page: Site, path: str) -> list[dict[str, Any]]:
    """The rows of a view, which all formats say alike."""
    found: dict[str, bytes] = {}
    for form in ("csv", "jsonl", "parquet"):
        async with page.session.get(f"{page.url}{path}?format={form}") as answer:
            assert answer.status == 200
            name = path.removesuffix("/export").strip("/") or "overview"
            assert f'filename="{name}.{form}"' in answer.headers["Content-Disposition"]
            found[form] = await answer.read()
    flat = list(csv.DictReader(io.StringIO(found["csv"].decode())))
    lines = [json.loads(line) for line in found["jsonl"].decode().splitlines()]
    table = parquet.read_table(io.BytesIO(found["parquet"]))
    assert [list(line) for line in lines] == [table.column_names] * len(lines)
    for name in ("instrument", "bus", "sink"):
        if name in table.column_names:
            column = [row[name] for row in flat]
            assert column == [line[name] or "" for line in lines]
            assert column == [cell or "" for cell in table.column(name).to_pylist()]
    return lines


async def test_the_overview_has_a_row_for_each_channel(tmp_path: Path) -> None:
    start = (int(time.time()) - COUNT) * NS
    await fill(tmp_path, COUNT, start, reading)
    async with site(tmp_path) as page:
        rows = await taken(page, "/export")
        assert (await page.get("/export?format=xml"))[0] == 404
    assert [(row["value"], row["quality"]) for row in rows] == [(4.0, "good"), (None, "good")]
    (group,) = {row["group"] for row in rows}
    assert {row["instrument"] for row in rows} == {"meter"}
    assert {row["title"] for row in rows} == {"Meter <script>alert(1)</script>"}
    assert group
    assert all(row["time"].endswith(".000000000Z") for row in rows)


async def test_an_instrument_without_readings_has_a_row(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        await fill(tmp_path, 0, 0, reading)
        (row,) = await taken(page, "/export")
    assert (row["instrument"], row["channel"], row["time"]) == ("meter", None, None)


@pytest.mark.parametrize(
    ("path", "name", "found"),
    [("/buses/export", "bus", ["line"]), ("/delivery/export", "sink", ["broker"])],
)
async def test_without_a_daemon_what_is_configured_is_there(
    tmp_path: Path, path: str, name: str, found: list[str]
) -> None:
    await fill(tmp_path, 1, NS, reading)
    sink = '[sink.broker]\ntype = "mqtt"\nhost = "127.0.0.1"\nport = 1\n'
    async with site(tmp_path, web=sink) as page:
        rows = await taken(page, path)
    assert [row[name] for row in rows] == found
    assert {row["state"] for row in rows} <= {"", None}
