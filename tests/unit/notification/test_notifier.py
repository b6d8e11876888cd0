"""The notifier on a real journal: told once whatever stops it, tried again until it is taken."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import asdict

from daq.alarms.board import Board, Sort
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.alarms.watcher import STANDING
from daq.journal import Cursor, Journal
from daq.journal.entry import Entry
from daq.journal.errors import JournalError
from daq.journal.reader import JournalReader
from daq.notification.errors import NotificationError, SendError
from daq.notification.message import Message
from daq.notification.notifier import Notifier
from daq.notification.recipient import Policy
from daq.notification.settings import Timing
from tests.journal_samples import NOON, NS, Clock, append, running, series_key, until
from tests.notification_samples import policy, recipient

QUICK = Timing(deadline=0.2, first=0.01, longest=0.02, late=20.0, parting=5.0)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daq.notification.notifier.LOOK", 0.02)
    monkeypatch.setattr("daq.notification.notifier.BREATH", 0.001)
    monkeypatch.setattr("daq.notification.book.START", 0.02)


class Post:
    """Keeps what it is given; ``answer`` decides what becomes of each message."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.tries = 0
        self.answer: Callable[[str], str | None] = lambda _: None
        """None takes it, a text refuses it, ``later`` leaves it open."""
        self.open: list[asyncio.Future[None]] = []

    def begin(self, name: str, message: Message) -> "asyncio.Future[None]":
        self.tries += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        why = self.answer(name)
        if why is None:
            self.taken.append((name, message))
            future.set_result(None)
        elif why == "later":
            self.open.append(future)
        else:
            future.set_exception(SendError(why))
        return future

    def subjects(self, name: str) -> list[str]:
        return [
            f"{subject} {stage}"
            for who, message in self.taken
            if who == name
            for subject, stage in zip(message.names, message.matters.values(), strict=True)
        ]


class Alarms:
    """Journals what happens to alarms as the watcher does."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._board = Board(
            Sort(name=name, priority="high") for name in ("hot", "cold", "wet", "dry")
        )

    def __call__(self, name: str, what: What) -> int:
        told = event_of(self._board.apply(name, what, NOON, text="saw it"))
        given = asdict(told)
        return self._journal.append_event(given.pop("kind"), given.pop("subject"), **given)


@asynccontextmanager
async def notifying(
    journal: Journal, post: Post, rules: Policy, timing: Timing = QUICK
) -> AsyncGenerator[Notifier]:
    notifier = Notifier(journal, rules, post, Clock(NOON + NS), timing)
    task = asyncio.create_task(notifier.run(), name="notification")
    try:
        if rules.recipients:
            await until(lambda: notifier.taken >= 0)
        yield notifier
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def events(path: Path, *kinds: str) -> list[str]:
    with JournalReader(path) as reader:
        found = reader.events_between(0, reader.last)
    return [f"{event.kind} {event.subject}" for event in found if event.kind in kinds]


SENT, FAILED, RESTORED = (f"notification-{what}" for what in ("sent", "failed", "restored"))


async def test_told_once_and_known_after_a_restart(tmp_path: Path) -> None:
    path, post, rules = tmp_path / "journal.db", Post(), policy(recipient())
    async with running(path) as journal:
        alarms = Alarms(journal)
        async with notifying(journal, post, rules):
            alarms("hot", "raised")
            await until(lambda: post.subjects("li") == ["hot raised"])
        alarms("hot", "acknowledged")
        alarms("cold", "raised")
    async with running(path) as journal, notifying(journal, post, rules):
        await until(lambda: len(post.subjects("li")) == 3)
    assert post.subjects("li")[1:] == ["cold raised", "hot acknowledged"]
    assert events(path, SENT) == [f"{SENT} li"] * 2


async def test_wherever_it_is_cut_off_nothing_committed_is_told_again(tmp_path: Path) -> None:
    whole, post, rules = tmp_path / "whole.db", Post(), policy(recipient())
    cuts: list[tuple[Path, int]] = []
    async with running(whole) as journal, notifying(journal, post, rules):
        alarms = Alarms(journal)
        for number, what in enumerate(("raised", "acknowledged", "returned") * 4):
            alarms("hot", what)
            await until(lambda count=number: len(events(whole, SENT)) > count)
            cut = tmp_path / f"cut-{number}.db"  # as a killed process leaves it
            await asyncio.to_thread(_copy, whole, cut)
            cuts.append((cut, number))
    for cut, number in cuts:
        again = Post()
        async with running(cut) as journal:
            async with notifying(journal, again, rules):
                Alarms(journal)("wet", "raised")
                await until(lambda again=again: bool(again.taken))
            assert again.subjects("li") == ["wet raised"], number


def _copy(source: Path, target: Path) -> None:
    for end in ("", "-wal"):
        file = source.with_name(source.name + end)
        if file.exists():
            shutil.copy(file, target.with_name(target.name + end))


async def test_a_failure_is_told_to_others_once_and_tried_until_it_is_taken(
    tmp_path: Path,
) -> None:
    post = Post()
    post.answer = lambda name: "mailbox full" if name == "li" else None
    told = recipient("wang", events=frozenset({FAILED}))
    path = tmp_path / "journal.db"
    async with running(path) as journal, notifying(journal, post, policy(recipient(), told)) as it:
        Alarms(journal)("hot", "raised")
        await until(lambda: it.counts["li"].failures >= 3)
        await until(lambda: "li raised" in post.subjects("wang"))
        assert it.counts["li"].error == "mailbox full"
        assert it.counts["li"].waiting == 1
        assert [*it.failing] == ["li"]
        post.answer = lambda _: None
        await until(lambda: "li over" in post.subjects("wang"))
        assert post.subjects("li") == ["hot raised"]
        assert it.counts["li"].error == ""
        assert it.failing == {}
    assert events(path, FAILED, RESTORED) == [f"{FAILED} li", f"{RESTORED} li"]


async def test_a_failure_outlasts_a_restart_without_being_told_again(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    post.answer = lambda name: "no network" if name == "li" else None
    rules = policy(recipient(), recipient("wang", events=frozenset({FAILED})))
    async with running(path) as journal, notifying(journal, post, rules):
        Alarms(journal)("hot", "raised")
        await until(lambda: "li raised" in post.subjects("wang"))
    async with running(path) as journal, notifying(journal, post, rules) as it:
        await until(lambda: it.counts["li"].failures >= 2)
        assert [*it.failing] == ["li"]
    assert events(path, FAILED) == [f"{FAILED} li"]
    assert post.subjects("wang").count("li raised") == 1


async def test_what_is_late_is_a_failure_and_counts_when_it_arrives_all_the_same(
    tmp_path: Path,
) -> None:
    post, path = Post(), tmp_path / "journal.db"
    post.answer = lambda _: "later"
    async with running(path) as journal, notifying(journal, post, policy(recipient())) as it:
        Alarms(journal)("hot", "raised")
        await until(lambda: it.counts["li"].error == "no answer within 0.2 s")
        await until(lambda: events(path, FAILED) == [f"{FAILED} li"])
        assert post.tries == 1  # nothing is sent while the first may still arrive
        post.open[0].set_result(None)
        await until(lambda: events(path, RESTORED) == [f"{RESTORED} li"])
        assert events(path, SENT) == [f"{SENT} li"]
        assert post.tries == 1


async def test_a_way_that_never_answers_is_tried_again_in_the_end(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    post.answer = lambda _: "later" if post.tries == 1 else None
    timing = Timing(deadline=0.05, first=0.01, longest=0.01, late=0.05)
    async with running(path) as journal:
        async with notifying(journal, post, policy(recipient()), timing):
            Alarms(journal)("hot", "raised")
            await until(lambda: post.subjects("li") == ["hot raised"])
        post.open[0].cancel()


async def test_what_is_under_way_when_the_daemon_stops_is_waited_for(tmp_path: Path) -> None:
    post, path, rules = Post(), tmp_path / "journal.db", policy(recipient())
    post.answer = lambda _: "later"
    patient = Timing(deadline=30.0, parting=20.0)
    async with running(path) as journal:
        notifier = Notifier(journal, rules, post, Clock(), patient)
        task = asyncio.create_task(notifier.run())
        await until(lambda: notifier.taken >= 0)
        Alarms(journal)("hot", "raised")
        await until(lambda: post.tries == 1)
        task.cancel()
        await asyncio.sleep(0.01)
        post.open[0].set_result(None)
        with suppress(asyncio.CancelledError):
            await task
    assert events(path, SENT) == [f"{SENT} li"]
    assert task.cancelled()


async def test_what_stood_when_the_first_recipient_came_is_told(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    async with running(path) as journal:
        alarms = Alarms(journal)
        alarms("hot", "raised")
        alarms("cold", "raised")
        last = alarms("cold", "acknowledged")
        journal.append_event("journal-full", "journal", "full", severity="warning")
        journal.save_cursor(STANDING, Cursor(0))
        await until(lambda: journal.committed > last)
        async with notifying(journal, post, policy(recipient())):
            await until(lambda: bool(post.taken))
    assert post.subjects("li") == ["hot raised"]


async def test_who_comes_while_alarms_flood_is_told_of_it_as_of_one(tmp_path: Path) -> None:
    post, path, names = Post(), tmp_path / "journal.db", ("hot", "cold", "wet", "dry")
    async with running(path) as journal:
        alarms = Alarms(journal)
        for name in names:
            alarms(name, "raised")
        last = journal.append_event("flood-began", "daq", "a flood", severity="warning")
        journal.save_cursor(STANDING, Cursor(0))
        await until(lambda: journal.committed >= last)
        async with notifying(journal, post, policy(recipient())):
            await until(lambda: bool(post.taken))
            journal.append_event("flood-over", "daq", "it is over")
            await until(lambda: len(post.taken) == 2)
    counted, named = (message for _, message in post.taken)
    assert counted.title == "[lab] Flood of alarms: 4 new, the first: hot"
    assert [*counted.matters.values()] == ["raised", "counted", "counted", "counted"]
    assert set(named.names) == {"cold", "wet", "dry"}


async def test_a_changed_policy_holds_at_once_also_from_and_to_nobody(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    async with running(path) as journal, notifying(journal, post, policy()) as notifier:
        alarms = Alarms(journal)
        before = alarms("hot", "raised")
        await until(lambda: journal.committed >= before)
        notifier.adopt(policy(recipient()), QUICK)
        await until(lambda: notifier.taken >= 0)
        alarms("cold", "raised")
        await until(lambda: post.subjects("li") == ["cold raised"])
        notifier.adopt(policy(recipient("wang"), recipient("li")), QUICK)
        await until(lambda: post.subjects("wang") == ["cold raised"])
        notifier.adopt(policy(), QUICK)
        await until(lambda: notifier.taken < 0)
        between = alarms("wet", "raised")
        await until(lambda: journal.committed >= between)
        notifier.adopt(policy(recipient()), QUICK)
        await until(lambda: notifier.taken >= 0)
        assert notifier.counts["li"].sent == 0
    assert post.subjects("li") == ["cold raised"]


async def test_a_trial_is_journalled_and_a_failed_one_says_why(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    async with running(path) as journal, notifying(journal, post, policy(recipient())) as it:
        await it.test("li", "Wang")
        assert post.taken[0][1].title == "[lab] Test message"
        with pytest.raises(NotificationError, match="no recipient 'lee'; have: li"):
            await it.test("lee", "Wang")
        post.answer = lambda _: "wrong password"
        with pytest.raises(SendError, match="wrong password"):
            await it.test("li", "Wang")
        post.answer = lambda _: "later"
        with pytest.raises(SendError, match=r"no answer within 0\.2 s"):
            await it.test("li", "Wang")
        await until(lambda: events(path, SENT) == [f"{SENT} li"])


async def test_a_trial_that_is_taken_ends_a_failure(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    post.answer = lambda _: "wrong password"
    async with running(path) as journal, notifying(journal, post, policy(recipient())) as it:
        alarms = Alarms(journal)
        alarms("hot", "raised")
        await until(lambda: [*it.failing] == ["li"])
        alarms("hot", "acknowledged")  # by who had another way to know
        await until(lambda: it.counts["li"].waiting == 0)
        post.answer = lambda _: None
        await it.test("li", "Wang")
        assert it.failing == {}
        await until(lambda: events(path, RESTORED) == [f"{RESTORED} li"])


async def test_scans_cost_nothing_and_the_cursor_follows_them(tmp_path: Path) -> None:
    post, path = Post(), tmp_path / "journal.db"
    async with running(path) as journal, notifying(journal, post, policy(recipient())) as it:
        series = journal.series(series_key())
        for number in range(1, 5001):
            append(journal, series, number)
        last = Alarms(journal)("hot", "raised")
        await until(lambda: post.subjects("li") == ["hot raised"])
        await until(lambda: it.taken >= last)
    with JournalReader(path) as reader:
        cursor = reader.cursors()["_notification"]
    assert cursor.live >= last
    assert (last, last) in cursor.backlog or cursor.backlog[0][0] == last


async def test_it_waits_for_a_journal_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daq.notification.notifier.RETRY", 0.01)
    post, failures = Post(), iter([JournalError("the disk is sick")] * 3)
    async with running(tmp_path / "journal.db") as journal:
        read = journal.read

        async def sick(after: int, limit: int, upto: int | None = None) -> list[Entry]:
            if (error := next(failures, None)) is not None:
                raise error
            return await read(after, limit, upto)

        monkeypatch.setattr(journal, "read", sick)
        async with notifying(journal, post, policy(recipient())):
            Alarms(journal)("hot", "raised")
            await until(lambda: post.subjects("li") == ["hot raised"])
    assert next(failures, None) is None
