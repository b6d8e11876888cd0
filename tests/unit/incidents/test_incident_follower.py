"""The follower on a real journal: opened once, whatever stops it, and known after a restart."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from daq.alarms.board import Board, Sort
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentMoment,
    IncidentNoteRequest,
    IncidentOpenRequest,
    IncidentRequest,
    IncidentsRequest,
    IncidentTickRequest,
)
from daq.control.server import RefusedError
from daq.daemon import incidents as answers
from daq.daemon.incidents import Incidents
from daq.incidents import follower as following
from daq.incidents.desk import Desk
from daq.incidents.errors import IncidentError
from daq.incidents.follower import Follower
from daq.incidents.happening import Recorded
from daq.incidents.recorder import Wanted
from daq.journal import Journal
from daq.journal.journal import JournalSettings
from daq.journal.reader import JournalReader
from tests.incident_samples import PRIORITIES, RULES
from tests.journal_samples import NOON, NS, Clock, running, until


class Alarms:
    """Alarms whose events go into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.board = Board(Sort(name=name, priority=what) for name, what in PRIORITIES.items())

    def turn(self, name: str, what: What, second: float) -> None:
        record = event_of(self.board.apply(name, what, NOON + round(second * NS)))
        fields = msgspec.structs.asdict(record)
        self.journal.append_event(
            fields.pop("kind"), fields.pop("subject"), fields.pop("text"), **fields
        )


@asynccontextmanager
async def following_(
    journal: Journal, clock: Callable[[], int] | None = None
) -> AsyncGenerator[Follower]:
    follower = Follower(journal, Desk(RULES), clock or Clock(), asyncio.Queue(10))
    task = asyncio.create_task(follower.run(), name="incidents")
    try:
        await until(lambda: follower.ready)
        yield follower
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def settled(journal: Journal, follower: Follower) -> None:
    await until(lambda: not journal.pending and follower.judged == journal.committed)


def told(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [f"{e.subject} {e.kind[9:]}" for e in events if e.kind.startswith("incident-")]


async def test_what_people_do_is_on_the_disk_when_they_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, following_(journal) as follower:
        one, durable = await follower.ask(
            lambda desk, time: desk.open_by_hand("Smoke", time, by="Li", instruments=("bath",))
        )
        assert durable
        assert told(path) == [f"{one.id} opened"]
        assert one.id == "20261123-1" or one.id[:8].isdecimal()
    async with running(path) as journal, following_(journal) as follower:
        assert follower.desk.book.get(one.id).title == "Smoke"
        await follower.ask(lambda desk, time: desk.close(one.id, time, by="Li", why="steam"))
    assert told(path)[-1] == f"{one.id} closed"


async def test_who_asks_is_told_when_the_disk_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daq.alarms.telling.DURABLE", 0.05)
    slow = JournalSettings(commit_interval=30)
    async with running(tmp_path / "journal.db", slow) as journal, following_(journal) as follower:
        asked = await Incidents(follower).open(IncidentOpenRequest(title="Smoke", by="Li"))
        assert not asked.durable


async def test_nothing_is_lost_or_opened_twice_wherever_it_is_cut_off(tmp_path: Path) -> None:
    turns: list[tuple[str, What]] = [
        *(("gas", "raised"), ("oven.high", "raised"), ("oven.high-high", "raised")),
        *(("oven.high", "returned"), ("bath.low", "raised"), ("gas", "returned")),
        *(("gas", "raised"), ("lone", "raised"), ("oven.high-high", "returned")),
        ("lone", "returned"),
    ]
    whole, cuts = tmp_path / "whole.db", list[Path]()
    async with running(whole) as journal, following_(journal) as follower:
        alarms = Alarms(journal)
        for number, (name, what) in enumerate(turns):
            alarms.turn(name, what, number)
            await asyncio.sleep(0.001 * (number % 4))
            cut = tmp_path / f"cut-{number}.db"  # as a killed process leaves it
            await asyncio.to_thread(_copy, whole, cut)
            cuts.append(cut)
        await settled(journal, follower)
    answer = told(whole)
    assert [line.split()[1] for line in answer].count("opened") == 3
    for cut in cuts:
        with JournalReader(cut) as reader:
            there = sum(e.kind.startswith("alarm-") for e in reader.events_between(0, reader.last))
        async with running(cut) as journal, following_(journal) as follower:
            alarms = Alarms(journal)
            for number, (name, what) in enumerate(turns):
                if number < there:
                    alarms.board.apply(name, what, 0)
                else:
                    alarms.turn(name, what, number)
            await settled(journal, follower)
        assert told(cut) == answer, cut.name


async def test_what_was_closed_is_not_opened_again_by_a_restart(tmp_path: Path) -> None:
    path, cut = tmp_path / "journal.db", tmp_path / "cut.db"
    async with running(path) as journal, following_(journal) as follower:
        Alarms(journal).turn("lone", "raised", 1)
        await settled(journal, follower)
        (name,) = follower.desk.book.incidents
        await follower.ask(lambda desk, time: desk.close(name, time, by="Li", why="known"))
        await asyncio.to_thread(_copy, path, cut)  # as a killed process leaves it
    async with running(cut) as journal, following_(journal) as follower:
        Alarms(journal).turn("bath.low", "raised", 2)
        await settled(journal, follower)
    assert told(cut) == [f"{name} opened", f"{name} joined", f"{name} closed"]


async def test_traffic_is_wanted_once_of_each_bus_that_is_concerned(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    wanted = asyncio.Queue[Wanted](10)
    async with running(path) as journal:
        follower = Follower(journal, Desk(RULES), Clock(), wanted)
        task = asyncio.create_task(follower.run(), name="incidents")
        await until(lambda: follower.ready)
        alarms = Alarms(journal)
        for name in ("oven.high-high", "oven.high", "bath.low"):
            alarms.turn(name, "raised", 1)
        await settled(journal, follower)
        found = [wanted.get_nowait().bus for _ in range(wanted.qsize())]
        assert found == ["b1", "b2"]
        (name,) = follower.desk.book.incidents
        follower.recorded(name, Recorded(bus="b1", file="x"))
        follower.recorded("20200101-1", Recorded(bus="b1", file="x"))
        assert follower.desk.book.get(name).recordings[0].file == "x"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert told(path)[-1].endswith("recorded")


async def test_what_was_closed_long_ago_is_left_to_the_journal(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, clock=clock) as journal, following_(journal, clock) as follower:
        one, _ = await follower.ask(lambda desk, time: desk.open_by_hand("x", time, by="Li"))
        await follower.ask(lambda desk, time: desk.close(one.id, time, by="Li", why="y"))
        clock.now += following.KEPT_FOR + NS
        other, _ = await follower.ask(lambda desk, time: desk.open_by_hand("z", time, by="Li"))
        assert list(follower.desk.book.incidents) == [other.id]
    async with running(path, clock=clock) as journal, following_(journal, clock) as follower:
        assert list(follower.desk.book.incidents) == [other.id]


async def test_answers_of_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 3)
    async with running(tmp_path / "journal.db") as journal, following_(journal) as follower:
        socket = Incidents(follower)
        Alarms(journal).turn("oven.high-high", "raised", 1)
        await settled(journal, follower)
        (first,) = socket.page(IncidentsRequest()).incidents
        assert (first.rule, first.by, first.standing, first.unacknowledged) == ("grave", "", 1, 1)
        assert (first.steps, first.waiting, first.is_open) == (3, 3, True)
        hand = await socket.open(
            IncidentOpenRequest(title=" Smoke ", by="Li", alarms=("gas", "gas"))
        )
        assert (hand.incident.title, hand.incident.alarms) == ("Smoke", 1)
        await socket.tick(IncidentTickRequest(incident=first.id, step=1, by="Li"))
        await socket.note(IncidentNoteRequest(incident=first.id, by="Wu", text="a\nb"))
        for step in (2, 3):
            done = await socket.tick(
                IncidentTickRequest(
                    incident=first.id, step=step, tick="skipped", by="Li", reason="none there"
                )
            )
        assert done.incident.waiting == 0
        await socket.close(IncidentCloseRequest(incident=first.id, by="Li", reason="over"))
        assert [one.title for one in socket.page(IncidentsRequest()).incidents] == [
            "Smoke",
            "Oven much too hot",
        ], "open ones first"
        course = list[IncidentMoment]()
        while True:
            detail = await socket.detail(IncidentRequest(incident=first.id, after=len(course)))
            course += detail.course
            if not detail.more:
                break
        assert [one.kind for one in course] == [
            *("alarm-raised", "incident-opened", "incident-joined", "incident-procedure"),
            *("incident-step", "incident-note", "incident-step", "incident-step"),
            "incident-closed",
        ]
        assert (detail.closed_by, detail.conclusion, detail.rooms) == ("Li", "over", ("R1",))
        assert detail.steps[1].why == "none there"


async def test_what_is_not_complete_or_not_there_is_refused_in_words(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal, following_(journal) as follower:
        socket = Incidents(follower)
        for asked, words in (
            (socket.open(IncidentOpenRequest(title=" ", by="Li")), "what is the matter is missing"),
            (socket.open(IncidentOpenRequest(title="x")), "who says so is missing"),
            (socket.note(IncidentNoteRequest(incident="x", by="Li")), "text of the note"),
            (socket.tick(IncidentTickRequest(incident="x", step=1, by="Li")), "no incident 'x'"),
            (
                socket.tick(IncidentTickRequest(incident="x", step=1, tick="skipped", by="Li")),
                "does not apply is missing",
            ),
            (socket.close(IncidentCloseRequest(incident="x", by="Li")), "came of it is missing"),
            (socket.detail(IncidentRequest(incident="x")), "daq incident show"),
        ):
            with pytest.raises(RefusedError, match=words):
                await asked


async def test_people_have_to_wait_until_the_journal_is_read(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        follower = Follower(journal, Desk(RULES), Clock(), asyncio.Queue())
        with pytest.raises(IncidentError, match="try again"):
            follower.check_ready()
        with pytest.raises(RefusedError, match="try again"):
            Incidents(follower).page(IncidentsRequest())


def _copy(source: Path, target: Path) -> None:
    for ending in ("-wal", ""):  # the log first: what it lacks is in the file copied after it
        file = source.with_name(source.name + ending)
        if file.exists():
            shutil.copyfile(file, target.with_name(target.name + ending))
