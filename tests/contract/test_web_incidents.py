"""Alarms and incidents of the past on the page, out of a journal alone: no daemon runs."""

import asyncio
import time
from pathlib import Path

import pytest
from msgspec.structs import asdict

from daq.alarms.board import Board, Sort
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.incidents.desk import Desk
from daq.incidents.record import event_of as event_of_incident
from daq.incidents.rules import Rules
from daq.journal import Journal, JournalSettings
from daq.report.errors import ReportError
from daq.web.errors import BusyError
from daq.web.printing import Printer
from tests.journal_samples import NS
from tests.web_site import site

STEPS: tuple[What, ...] = (*("raised", "returned", "raised", "returned", "raised", "acknowledged"),)


async def write(folder: Path) -> str:
    """An alarm that came and went three times, and an incident that was closed: its name."""
    now = time.time_ns() - 600 * NS
    journal = await Journal.open(folder / "journal.db", JournalSettings())
    task = asyncio.create_task(journal.run(), name="journal")
    board = Board([Sort(name="hot", title="<b>Too hot</b>", priority="high")])
    seq = 0
    for number, what in enumerate(STEPS):
        by, why = ("Li", "<i>seen</i>") if what == "acknowledged" else ("", "")
        change = board.apply("hot", what, now + number * NS, by=by, why=why, cause=1)
        seq = journal.append_event(**asdict(event_of(change)))
    desk = Desk(Rules())
    opened = desk.open_by_hand("Smoke & fire", now, by="Li", why="called")
    name = opened[0].id
    happened = [
        *opened,
        *desk.note(name, now + 20 * NS, by="Li", text="<script>alert(1)</script>"),
        *desk.close(name, now + 30 * NS, by="Li", why="nothing burned"),
    ]
    for one in happened:
        record = event_of_incident(one, desk.book.get(name))
        seq = journal.append_event(**asdict(record))
    await journal.wait_beyond(seq - 1)
    task.cancel()
    await asyncio.wait([task])
    await journal.close()
    return name


async def test_an_incident_of_the_past_is_shown_and_reported(tmp_path: Path) -> None:
    name = await write(tmp_path)
    async with site(tmp_path) as page:
        _, listed = await page.get("/incidents/past")
        assert f"/incident/{name}" in listed
        assert "Smoke &amp; fire" in listed
        status, text = await page.get(f"/incident/{name}")
        assert status == 200
        for said in ("Smoke &amp; fire", "nothing burned", "&lt;script&gt;alert(1)"):
            assert said in text
        assert "<script>alert" not in text
        assert 'id="duty"' not in text
        status, report = await page.get(f"/incident/{name}/report", **{"Accept-Language": "zh"})
        assert status == 200
        assert "Smoke &amp; fire" in report
        assert 'lang="zh-CN"' in report
        assert (await page.get(f"/incident/{name}/report?format=doc"))[0] == 404
        for missing in ("/incident/19990101-9", "/incident/nonsense", "/incident/x/report"):
            assert (await page.get(missing))[0] == 404


async def test_a_report_may_style_itself_and_do_nothing_else(tmp_path: Path) -> None:
    name = await write(tmp_path)
    async with (
        site(tmp_path) as page,
        page.session.get(f"{page.url}/incident/{name}/report") as answer,
    ):
        policy = answer.headers["Content-Security-Policy"]
    assert "script" not in policy
    for part in ("default-src 'none'", "sandbox", "style-src 'unsafe-inline'"):
        assert part in policy.split("; ")


async def test_the_history_and_the_figures_of_an_alarm_need_no_daemon(tmp_path: Path) -> None:
    await write(tmp_path)
    async with site(tmp_path) as page:
        _, text = await page.get("/alarm/hot/history")
        assert text.count("Alarm raised") == 3
        assert "&lt;i&gt;seen" in text
        _, text = await page.get("/alarms/figures?from=-1h&to=now")
        assert 'data-name="hot"' in text
        assert "chattered 3 times" in text
        _, text = await page.get("/alarms")
        assert "not known while the daemon is silent" in text


async def test_nobody_acts_without_a_sign_in_or_a_daemon(tmp_path: Path) -> None:
    name = await write(tmp_path)
    forms = {
        "/alarm/hot/act": {"action": "acknowledged"},
        f"/incident/{name}/act": {"action": "note", "text": "x"},
        "/incidents/open": {"title": "x"},
    }
    async with site(tmp_path) as page:
        for wanted in (403, 409):
            for path, form in forms.items():
                async with page.session.post(
                    page.url + path, data=form, headers={"Origin": page.url}
                ) as answer:
                    assert answer.status == wanted, path
            assert await page.sign_in() == 303
        for path in forms:
            async with page.session.post(
                page.url + path, data={}, headers={"Origin": page.url}
            ) as answer:
                assert answer.status == 400, path


async def test_one_pdf_is_made_at_a_time() -> None:
    printer = Printer()
    first = asyncio.create_task(printer.print("<h1>Over</h1>"), name="print")
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="Try again"):
        await printer.print("<h1>Another</h1>")
    assert (await first).startswith(b"%PDF")


async def test_why_no_pdf_can_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ReportError, match="not installed: pip install"):
        await Printer().print("<h1>Over</h1>")
