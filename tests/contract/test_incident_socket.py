"""Incidents through the daemon's socket, as the page and the commands ask for them."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from daq.control.client import DeclinedError
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentNoteRequest,
    IncidentOpenRequest,
    IncidentTickRequest,
    ask_change,
    ask_incident,
    ask_incidents,
)
from daq.control.server import control_socket
from daq.daemon import incidents as answers
from daq.daemon.incidents import Incidents
from daq.incidents.desk import Desk
from daq.incidents.follower import Follower
from tests.incident_samples import RULES
from tests.journal_samples import Clock, running, until


def _as_people_do(path: Path) -> None:
    opened = ask_change(path, IncidentOpenRequest(title="冒烟", by="李 明", procedure="hot"))
    name = opened.incident.id
    assert (opened.durable, opened.incident.waiting) == (True, 3)
    for step in (1, 2, 3):
        ask_change(path, IncidentTickRequest(incident=name, step=step, by="Li"))
    for number in range(5):
        note = "第" * 990 + f"\n{number}"
        ask_change(path, IncidentNoteRequest(incident=name, by="Li", text=note))
    with pytest.raises(DeclinedError, match="is done already"):
        ask_change(path, IncidentTickRequest(incident=name, step=1, by="Li"))
    with pytest.raises(DeclinedError, match="no incident '20200101-1'"):
        ask_incident(path, "20200101-1")
    with pytest.raises(DeclinedError, match="not understood"):
        ask_change(path, IncidentNoteRequest(incident=name, by="Li", text="a\tb"))
    closed = ask_change(path, IncidentCloseRequest(incident=name, by="Li", reason="烟雾报警器"))
    assert not closed.incident.is_open
    others = [
        ask_change(path, IncidentOpenRequest(title=f"no {n}", by="Li")).incident.id
        for n in range(4)
    ]
    assert {one.id for one in ask_incidents(path)} == {name, *others}
    detail = ask_incident(path, name)
    assert [one.kind for one in detail.course] == [
        *("incident-opened", "incident-procedure"),
        *("incident-step",) * 3,
        *("incident-note",) * 5,
        "incident-closed",
    ]
    assert (detail.status.title, detail.conclusion, detail.more) == ("冒烟", "烟雾报警器", False)


async def test_what_people_ask_arrives_whole_in_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 2)
    path = tmp_path / "daq.sock"
    async with running(tmp_path / "journal.db") as journal:
        follower = Follower(journal, Desk(RULES), Clock(), asyncio.Queue())
        task = asyncio.create_task(follower.run(), name="incidents")
        await until(lambda: follower.ready)
        async with control_socket(path, Incidents(follower).commands):
            await asyncio.to_thread(_as_people_do, path)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
