"""The past on the page is what the journal holds: every extreme, every gap, every bad reading."""

import csv
import io
import json
import math
import random
import re
import statistics
import time
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from daq.journal import JournalReader
from daq.journal.entry import Scan
from daq.journal.query import Query
from daq.plot.past import POINTS, read_courses, read_moments
from daq.web.data.period import Period
from drivers.model import Quality, Status
from tests.journal_samples import NS
from tests.web_site import Reading, fill, site

parquet: Any = import_module("pyarrow.parquet")  # comes without types

HOUR = 3600 * NS
COUNT = 9000
PEAK = 4321


def a_wave(number: int) -> Reading:
    """A wave with one needle in it, and noise."""
    wave = 20 + math.sin(number / 300) + (99.5 if number == PEAK else 0.0)
    return (wave, random.Random(number).gauss(5, 1)), (Status.GOOD, Status.GOOD)


def with_faults(number: int) -> Reading:
    """Good, but for a hundred bad and a hundred uncertain ones."""
    status = {3: Status.TIMEOUT, 4: Status.IMPLAUSIBLE}.get(number // 100, Status.GOOD)
    return (None if status.quality is Quality.BAD else float(number),), (status,)


def numbers(scans: Iterable[Scan], place: int) -> list[float]:
    """The values of one channel."""
    return [float(cast("float", scan.values[place])) for scan in scans]


def ago(seconds: int) -> int:
    """A moment, ns; whole seconds, so that links say it exactly."""
    return (int(time.time()) - seconds) * NS


async def a_journal(folder: Path) -> int:
    start = ago(COUNT + 60)
    await fill(folder, COUNT, start, a_wave)
    return start


def period(start: int, end: int) -> Period:
    return Period(start=start, end=end, said=("", ""))


async def test_no_extreme_is_lost_and_a_gap_is_a_gap(tmp_path: Path) -> None:
    start = await a_journal(tmp_path)
    end = start + COUNT * NS + HOUR
    with JournalReader(tmp_path / "journal.db") as reader:
        ((course, total), _) = read_courses(
            reader, "meter", ["power.c1", "power.c2"], period(start - HOUR, end)
        )
        scans = numbers(reader.scans(Query()), 0)
    assert len(list(course.points)) <= POINTS
    assert course.bounds == (min(scans), max(scans))
    assert total.count == total.scans == COUNT
    assert total.mean is not None
    assert math.isclose(total.mean, statistics.fmean(scans))
    assert [mark.status for mark in course.marks] == [None, None]  # before and after
    assert course.marks[0].start == start - HOUR
    assert course.marks[1].end == end
    assert len(course.runs) == 1


async def test_exact_statistics_are_those_of_the_readings(tmp_path: Path) -> None:
    start = await a_journal(tmp_path)
    chosen = period(start + 100 * NS, start + 8000 * NS)
    with JournalReader(tmp_path / "journal.db") as reader:
        found = read_moments(reader, "meter", ["power.c1", "power.c2"], chosen)
        scans = list(reader.scans(Query(start=chosen.start, end=chosen.end)))
    assert len(scans) == 7900
    for place, name in enumerate(("power.c1", "power.c2")):
        held = numbers(scans, place)
        one = found[name]
        assert (one.good, one.uncertain, one.bad, one.count) == (7900, 0, 0, 7900)
        assert one.deviation is not None
        assert math.isclose(one.deviation, statistics.stdev(held), rel_tol=1e-9)
        assert math.isclose(one.mean, statistics.fmean(held), rel_tol=1e-12)


async def test_the_page_draws_it_and_says_it_in_numbers(tmp_path: Path) -> None:
    start = await a_journal(tmp_path)
    async with site(tmp_path) as page:
        status, text = await page.get("/instrument/meter?from=-3h&to=now&channel=power.c1")
        assert status == 200
        assert text.count('class="line c0"') >= 1
        assert '<rect class="gap"' in text
        row = re.search(r'<tr data-channel="power\.c1">.*?</tr>', text, re.DOTALL)
        assert row is not None
        with JournalReader(tmp_path / "journal.db") as reader:
            held = numbers(reader.scans(Query()), 0)
        cells = re.findall(r'<td class="number"[^>]*>([^<]*)</td>', row[0])
        least, greatest = float(cells[1]), float(cells[2])
        assert math.isclose(least, min(held), rel_tol=1e-5)
        assert math.isclose(greatest, max(held), rel_tol=1e-5)
        _, text = await page.get("/instrument/meter/points?from=-3h&to=now&channel=power.c1")
        points = json.loads(text)["channels"][0]
        assert max(points["greatest"]) == float(f"{max(held):.7g}")
        assert start // 10**6 <= points["time"][0] <= points["time"][-1]
        _, text = await page.get("/instrument/meter/exact?from=-3h&to=now&channel=power.c1")
        assert f"{statistics.stdev(held):.3g}" in text


async def test_an_export_holds_exactly_what_is_shown(tmp_path: Path) -> None:
    start = await a_journal(tmp_path)
    first, last = start + 1000 * NS, start + 1500 * NS
    chosen = Period(start=first, end=last, said=("", "")).fixed()
    async with site(tmp_path) as page:
        link = f"/instrument/meter/export?from={chosen[0]}&to={chosen[1]}&channel=power.c2"
        async with page.session.get(page.url + link + "&format=csv") as answer:
            assert 'filename="meter.csv"' in answer.headers["Content-Disposition"]
            rows = list(csv.DictReader(io.StringIO(await answer.text())))
        async with page.session.get(page.url + link + "&format=parquet") as answer:
            table: Any = parquet.read_table(io.BytesIO(await answer.read()))
    with JournalReader(tmp_path / "journal.db") as reader:
        held = [s.values[1] for s in reader.scans(Query(start=first, end=last))]
    assert {row["channel"] for row in rows} == {"c2"}
    assert [float(row["value"]) for row in rows] == held
    assert table.column("value").to_pylist() == held


async def test_events_come_newest_first_of_one_period(tmp_path: Path) -> None:
    start = await a_journal(tmp_path)
    with JournalReader(tmp_path / "journal.db") as reader:
        all_of_them = [event.subject for event in reader.events_back(Query())]
        some = Query(start=start + 2000 * NS, end=start + 5000 * NS)
        assert [event.subject for event in reader.events_back(some)] == [
            "bus-4000",
            "bus-3000",
            "bus-2000",
        ]
        assert all_of_them == [event.subject for event in reader.events(Query())][::-1]
    assert len(all_of_them) == COUNT // 1000


async def test_bad_readings_break_the_line_and_are_marked(tmp_path: Path) -> None:
    start = ago(700)
    await fill(tmp_path, 600, start, with_faults)
    chosen = period(start, start + 600 * NS)
    with JournalReader(tmp_path / "journal.db") as reader:
        ((course, total),) = read_courses(reader, "meter", ["power.c1"], chosen)
        moments = read_moments(reader, "meter", ["power.c1"], chosen)["power.c1"]
    assert len(course.runs) == 2
    assert [(mark.status, round((mark.end - mark.start) / NS)) for mark in course.marks] == [
        (Status.TIMEOUT, 100),
        (Status.IMPLAUSIBLE, 100),
    ]
    assert (total.count, total.scans) == (500, 600)
    assert (moments.good, moments.uncertain, moments.bad, moments.count) == (400, 100, 100, 500)
    async with site(tmp_path) as page:
        _, text = await page.get("/instrument/meter?from=-15min&to=now")
    assert 'class="bad"' in text
    assert 'class="uncertain"' in text
