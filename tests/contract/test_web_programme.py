"""The programme on the page of a run: what was kept, how far it is; journal and socket are real."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from daq.control.programmes import ProgrammeRequest
from daq.control.server import command, control_socket
from daq.journal import Journal
from daq.programme import follower as following
from daq.programme.follower import Follower
from daq.programme.keep import Keep
from daq.runs.record import event_of
from tests.journal_samples import NOON, Clock, running, until
from tests.programme_samples import (
    MINUTE,
    OVEN_RUN,
    oven_key,
    oven_measured,
    oven_programme,
    oven_runs,
    oven_started,
)
from tests.web_site import site


async def test_a_programme_is_on_the_page_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK", 0.01)
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path) as journal:
        _tell_start(journal)
        keep = Keep(path.with_suffix(".programmes"))
        one = Follower(journal, oven_runs(path), lambda: {"oven": oven_programme()}, keep, clock)
        task = asyncio.create_task(one.run(), name="programmes")
        oven_measured(journal, journal.series(oven_key()), range(30))
        await until(lambda: _done(one) == 3)
        clock.now = NOON + 30 * MINUTE
        commands = command(ProgrammeRequest, lambda request: one.progress(request.run))
        async with control_socket(tmp_path / "journal.sock", commands), site(tmp_path) as page:
            assert "section-programme" in (await page.get(f"/run/{OVEN_RUN}"))[1]
            status, shown = await page.get(f"/run/{OVEN_RUN}/programme")
            assert status == 200
            assert all(
                words in shown for words in ("3 of 6", "warm", "deviated", "cycle", "Remaining")
            ), shown
        async with site(tmp_path) as page:  # without the daemon, what the journal tells
            status, shown = await page.get(f"/run/{OVEN_RUN}/programme")
            assert (status, "The latest the journal tells" in shown) == (200, True)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _done(one: Follower) -> int:
    found = one.progress(OVEN_RUN)
    return 0 if found is None else found.number


def _tell_start(journal: Journal) -> None:
    record = event_of(oven_started())
    journal.append_event(
        record.kind, record.subject, record.text, data=record.data, time=record.time
    )
