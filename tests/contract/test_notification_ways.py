"""People are told by real mail and real web hooks, whatever those do, and no secret is told."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, suppress
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from msgspec.structs import asdict

from daq.alarms.board import Board, Sort
from daq.alarms.record import event_of
from daq.journal import Journal
from daq.journal.reader import JournalReader
from daq.notification.errors import SendError
from daq.notification.message import Message
from daq.notification.notifier import Notifier
from daq.notification.recipient import Policy
from daq.notification.sender import Address, AppriseSender, deliver
from daq.notification.settings import Timing
from tests.journal_samples import NOON, NS, Clock, running, until
from tests.notification_samples import policy, recipient
from tests.servers.people import MailServer, WebHook
from tests.servers.process import free_port

HELLO = Message(title="Kammer zu heiß", body="Klimakammer 恒温箱 86 °C", tone="failure")
QUICK = Timing(deadline=20.0, first=0.05, longest=0.1)


@pytest.fixture
def log() -> Generator[StringIO]:
    """What the daemon would log, libraries included."""
    root, written = logging.getLogger(), StringIO()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@asynccontextmanager
async def mailed() -> AsyncGenerator[MailServer]:
    mail = MailServer()
    await mail.start()
    try:
        yield mail
    finally:
        await mail.stop()


@asynccontextmanager
async def hooked() -> AsyncGenerator[WebHook]:
    hook = WebHook()
    await hook.start()
    try:
        yield hook
    finally:
        await hook.stop()


@asynccontextmanager
async def notifying(
    journal: Journal, rules: Policy, sender: AppriseSender
) -> AsyncGenerator[Notifier]:
    notifier = Notifier(journal, rules, sender, Clock(NOON + NS), QUICK)
    task = asyncio.create_task(notifier.run(), name="notification")
    try:
        await until(lambda: notifier.taken >= 0)
        yield notifier
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def raise_alarm(journal: Journal, name: str = "hot") -> None:
    board = Board([Sort(name=name, priority="high", title="Chamber too hot")])
    given = asdict(event_of(board.apply(name, "raised", NOON, text="86, limit above 60")))
    journal.append_event(given.pop("kind"), given.pop("subject"), **given)


def kinds(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [f"{event.kind[13:]} {event.subject}" for event in events if "notif" in event.kind]


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with mailed() as mail:
        await AppriseSender({"li": Address(mail.url)}).begin("li", HELLO)
    (found,) = mail.mails
    assert found["subject"] == "Kammer zu heiß"
    assert found["to"] == "li@lab.example"
    assert found.get_content().strip() == "Klimakammer 恒温箱 86 °C"


async def test_a_hook_gets_title_text_and_tone() -> None:
    async with hooked() as hook:
        await AppriseSender({"li": Address(hook.url)}).begin("li", HELLO)
    (found,) = hook.posts
    assert (found["title"], found["message"], found["type"]) == (HELLO.title, HELLO.body, "failure")


async def test_a_mail_that_is_refused_says_why() -> None:
    async with mailed() as mail:
        mail.answer = "552 mailbox full"
        with pytest.raises(SendError, match="mailbox full"):
            await AppriseSender({"li": Address(mail.url)}).begin("li", HELLO)


async def test_a_hook_that_refuses_says_why_and_the_secret_of_its_url_stays_one(
    log: StringIO,
) -> None:
    async with hooked() as hook:
        hook.status = 500
        with pytest.raises(SendError, match="500") as refused:
            await AppriseSender({"li": Address(hook.url)}).begin("li", HELLO)
        hook.status = 200
        await AppriseSender({"li": Address(hook.url)}).begin("li", HELLO)
    with pytest.raises(SendError, match="refused") as away:
        await AppriseSender({"li": Address(hook.url)}).begin("li", HELLO)
    assert "opensesame" not in f"{refused.value} {away.value} {log.getvalue()}"


def test_the_password_of_a_mail_server_is_not_told(log: StringIO) -> None:
    url = f"mailtos://li:tops3cret@127.0.0.1:{free_port()}?from=daq@lab.example&to=li@lab.example"
    with pytest.raises(SendError) as refused:
        deliver(Address(url), HELLO)
    assert "tops3cret" not in f"{refused.value} {log.getvalue()} {Address(url)!r}"


@pytest.mark.parametrize("url", ["nosuch://tops3cret", "tops3cret", "mailto://tops3cret"])
def test_what_is_no_url_is_said_without_saying_it(url: str) -> None:
    with pytest.raises(SendError) as wrong:
        deliver(Address(url), HELLO)
    assert "tops3cret" not in str(wrong.value)


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://li:password@smtp.example.com?to=wang@example.com",
        "json://127.0.0.1:8080/hook",
        "dingtalk://0123456789abcdef/13900000000",
        "wecombot://0123abcd-0123-4567-89ab-0123456789ab",
        "feishu://0123456789abcdef",
        "clickatell://0123456789abcdef/8613900000000",
    ],
)
def test_the_urls_of_the_manual_are_understood(url: str) -> None:
    import apprise  # noqa: PLC0415 - as heavy here as in the daemon

    assert apprise.Apprise.instantiate(url) is not None  # pyright: ignore[reportUnknownMemberType]


def test_without_apprise_it_says_what_to_install() -> None:
    with (
        mock.patch.dict("sys.modules", {"apprise": None}),
        pytest.raises(SendError, match=r"pip install 'lab-daq\[notify\]'"),
    ):
        deliver(Address("json://127.0.0.1"), HELLO)


async def test_somebody_without_an_address_cannot_be_told() -> None:
    with pytest.raises(SendError, match="has no address"):
        await AppriseSender({}).begin("li", HELLO)


async def test_ways_that_never_answer_do_not_gather_threads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=20"
        sender = AppriseSender({"li": Address(url)})
        begun = [sender.begin("li", HELLO) for _ in range(4)]
        with pytest.raises(SendError, match="earlier attempts have not ended"):
            await begun[3]
        assert not any(one.done() for one in begun[:3])
    for one in begun[:3]:
        with pytest.raises(SendError):
            await one


async def test_an_outage_of_mail_and_hook_is_outlasted_and_each_is_told_of_the_other(
    tmp_path: Path,
) -> None:
    path, mail, hook = tmp_path / "journal.db", MailServer(), WebHook()
    sender = AppriseSender({"mail": Address(mail.url), "hook": Address(hook.url)})
    failed = frozenset({"notification-failed"})
    rules = policy(
        recipient("mail", language="zh", events=failed), recipient("hook", events=failed)
    )
    async with running(path) as journal, notifying(journal, rules, sender) as it:
        raise_alarm(journal)
        await until(lambda: {"mail", "hook"} == {*it.failing})
        await until(lambda: it.counts["hook"].failures > 1)
        await hook.start()
        try:
            await until(lambda: it.counts["hook"].matters == 2)
            await mail.start()
            await until(lambda: it.failing == {} and it.counts["hook"].matters == 3)
        finally:
            await hook.stop()
            await mail.stop()
    (letter,), posts = mail.mails, " ".join(post["message"] for post in hook.posts)
    assert posts.count("hot: since") == 1
    assert posts.count("Somebody cannot be told: mail") == 2  # and that it is over
    assert "hot 触发" in str(letter["subject"])
    found = kinds(path)
    assert found.count("failed mail") == found.count("restored mail") == 1
    assert found.count("failed hook") == found.count("restored hook") == 1
    with JournalReader(path) as reader:
        assert "opensesame" not in str(reader.events_between(0, reader.last))


async def test_a_flood_is_one_message(tmp_path: Path) -> None:
    rules = policy(recipient("mail", gather=1_000_000_000, pause=60_000_000_000))
    async with (
        mailed() as mail,
        running(tmp_path / "journal.db") as journal,
        notifying(journal, rules, AppriseSender({"mail": Address(mail.url)})) as it,
    ):
        for number in range(500):
            raise_alarm(journal, f"alarm-{number:03}")
        await until(lambda: it.counts["mail"].matters == 500)
    (found,) = mail.mails
    assert "500 messages" in str(found["subject"])
    text = found.get_content()
    assert text.count("alarm-") == 20
    assert "... and 480 more: 480 HIGH" in text
