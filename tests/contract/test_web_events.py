"""The log on the page is what the journal holds, however much there is of it."""

import asyncio
import csv
import io
import json
import re
import sqlite3
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from daq.journal import Journal, JournalReader, JournalSettings
from daq.journal.entry import Event
from daq.journal.errors import JournalDamagedError
from daq.journal.eventlog import Stretch
from daq.journal.query import Query
from daq.web import eventlog
from daq.web.data.events.ends import End
from daq.web.data.events.wanted import Wanted, terms_of
from daq.web.eventlog import EventLog, Found
from tests.journal_samples import NS, good, series_key
from tests.web_site import site

parquet: Any = import_module("pyarrow.parquet")  # comes without types

EVERY = 20
"""Each so manieth entry is an event."""

COUNT = 12_000
"""Entries: some blocks of them are complete."""


async def write(folder: Path, count: int = COUNT) -> int:
    """A journal of scans and events; the buses come and go. When it begins."""
    start = (int(time.time()) - count) * NS
    journal = await Journal.open(folder / "journal.db", JournalSettings())
    series = journal.series(series_key("meter", width=1))
    task = asyncio.create_task(journal.run(), name="journal")
    seq = 0
    for number in range(count):
        moment = start + number * NS
        if number % EVERY:
            seq = journal.append_scan(series, moment, (1.0,), good(1))
        else:
            kind, severity = (
                ("bus-restored", "info") if number // EVERY % 2 else ("bus-lost", "error")
            )
            text = f"bus number {number}: 〔{number}〕"
            seq = journal.append_event(kind, "line", text, severity=severity, time=moment)  # type: ignore[arg-type]
    await journal.wait_beyond(seq - 1)
    task.cancel()
    await asyncio.wait([task])
    await journal.close()
    return start


def held(folder: Path) -> list[Event]:
    with JournalReader(folder / "journal.db") as reader:
        return list(reader.events(Query()))[::-1]


def search(folder: Path, wanted: Wanted, limit: int = 10**6, **more: Any) -> Found:  # noqa: ANN401
    with JournalReader(folder / "journal.db") as reader:
        return EventLog().search(reader, wanted, limit, **more)


async def test_a_search_finds_all_of_them_newest_first(tmp_path: Path) -> None:
    await write(tmp_path)
    events = held(tmp_path)
    assert len(events) == COUNT // EVERY
    found = search(tmp_path, Wanted(), runs=True)
    assert [told.event for told in found.events] == events
    assert (found.before, found.looked) == (0, 0)
    faults = [told for told in found.events if told.event.kind == "bus-lost"]
    assert {told.end for told in faults} == {End(told.event.time + EVERY * NS) for told in faults}
    only = Wanted(terms=terms_of("〔4000〕", {}, {}, 5), severities=frozenset({"error"}))
    assert [told.event.text for told in search(tmp_path, only).events] == [
        "bus number 4000: 〔4000〕"
    ]


async def test_pages_follow_each_other_while_new_events_come(tmp_path: Path) -> None:
    await write(tmp_path)
    events = held(tmp_path)
    pages: list[Event] = []
    below = eventlog.NEWEST
    while True:
        found = search(tmp_path, Wanted(), 70, below=below)
        pages += [told.event for told in found.events]
        if not found.before:
            break
        below = found.before
        await add_event(tmp_path)
    assert pages == events


async def add_event(folder: Path) -> None:
    journal = await Journal.open(folder / "journal.db", JournalSettings())
    task = asyncio.create_task(journal.run(), name="journal")
    seq = journal.append_event("start", "daq", "started")
    await journal.wait_beyond(seq - 1)
    task.cancel()
    await asyncio.wait([task])
    await journal.close()


async def test_a_search_that_takes_long_tells_how_far_it_came_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(tmp_path)
    monkeypatch.setattr(eventlog, "BUDGET", -1.0)
    wanted = Wanted(terms=terms_of("〔20〕", {}, {}, 5))
    steps, below, found = 0, eventlog.NEWEST, Found()
    while not found.events:
        found = search(tmp_path, wanted, below=below)
        steps += 1
        assert found.before < below
        below = found.before
    assert steps == 1 + COUNT // 4096
    assert found.events[0].event.text == "bus number 20: 〔20〕"


async def test_what_is_remembered_is_bounded_and_of_this_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(tmp_path)
    events = held(tmp_path)
    log = EventLog()
    for allowed in (10**9, 30_000, 0):
        monkeypatch.setattr(eventlog, "REMEMBERED", allowed)
        for _ in range(2):
            with JournalReader(tmp_path / "journal.db") as reader:
                found = log.search(reader, Wanted(), 10**6)
            assert [told.event for told in found.events] == events
    (tmp_path / "journal.db").rename(tmp_path / "old.db")
    await add_event(tmp_path)
    with JournalReader(tmp_path / "journal.db") as reader:
        found = log.search(reader, Wanted(), 10**6)
    assert [told.event.kind for told in found.events] == [
        "start",
        "journal-damaged",
    ]  # it was removed


async def test_a_damaged_event_is_told_not_left_out(tmp_path: Path) -> None:
    await write(tmp_path, 200)
    with sqlite3.connect(tmp_path / "journal.db") as file:
        file.execute("UPDATE entries SET body = x'7b22' WHERE series = 0 AND seq > 100")
    file.close()
    with pytest.raises(JournalDamagedError, match="entry"):
        search(tmp_path, Wanted(terms=terms_of("anything", {}, {}, 5)))


async def test_a_file_without_checksums_is_read_as_well(tmp_path: Path) -> None:
    await write(tmp_path, 200)
    with sqlite3.connect(tmp_path / "journal.db") as file:
        file.execute("ALTER TABLE entries DROP COLUMN crc")
        for table in ("series", "blocks", "seen", "cursors", "quarantine"):
            file.execute(f"ALTER TABLE {table} DROP COLUMN crc")
        file.execute("PRAGMA user_version=1")
    file.close()
    assert [told.event for told in search(tmp_path, Wanted()).events] == held(tmp_path)
    with JournalReader(tmp_path / "journal.db") as reader:
        assert reader.stored_events(Stretch(10**9, 10**9 + 5, closed=False)).seqs == ()


async def test_exports_hold_all_that_is_wanted_oldest_first(tmp_path: Path) -> None:
    await write(tmp_path)
    wanted = [event for event in reversed(held(tmp_path)) if event.kind == "bus-lost"]
    async with site(tmp_path) as page:
        link = page.url + "/events/export?kind=bus-lost&before=50"
        async with page.session.get(link + "&format=csv") as answer:
            assert 'filename="events.csv"' in answer.headers["Content-Disposition"]
            rows = list(csv.DictReader(io.StringIO(await answer.text())))
        async with page.session.get(link + "&format=jsonl") as answer:
            lines = [json.loads(line) for line in (await answer.text()).splitlines()]
        async with page.session.get(link + "&format=parquet") as answer:
            table: Any = parquet.read_table(io.BytesIO(await answer.read()))
        assert (await page.get("/events/export?format=xml"))[0] == 404
        assert (await page.get("/events/export?from=now&to=-1h"))[0] == 404
        assert (await page.get("/events/export?from=soon"))[0] == 404
    assert [row["text"] for row in rows] == [event.text for event in wanted]
    assert [line["seq"] for line in lines] == [event.seq for event in wanted]
    assert [line["data"] for line in lines] == [event.data for event in wanted]
    assert table.column("text").to_pylist() == [event.text for event in wanted]
    assert [t.value for t in table.column("time")] == [event.time for event in wanted]


async def test_the_page_shows_a_hundred_and_links_to_the_next(tmp_path: Path) -> None:
    await write(tmp_path)
    events = held(tmp_path)
    async with site(tmp_path) as page:
        link, shown = "/events?severity=info&severity=error", list[int]()
        for _ in range(3):
            status, text = await page.get(link)
            assert status == 200
            shown += map(int, re.findall(r'data-seq="(\d+)"', text))
            following = re.search(r'rel="next" href="([^"]+)"', text)
            assert following is not None
            link = following[1].replace("&amp;", "&")
        assert shown == [event.seq for event in events[:300]]
        for absurd in ("before=x", "before=" + "9" * 30, "from=%00", "text=" + "%F0" * 300):
            assert (await page.get("/events?" + absurd))[0] == 200
