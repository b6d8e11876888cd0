"""`daq quarantine` where no daemon runs: it reads and writes the journal."""

import asyncio
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import daq.build.office
from daq.cli.quarantine import command
from daq.control.client import DeclinedError
from daq.daemon.release import AT_ONCE, requeued_in
from daq.journal import Cursor, Event, JournalReader
from tests.journal_samples import append, running, series_key

CONFIG = """
site.name = "lab"
journal.path = "j.db"
sink.broker = { type = "mqtt", host = "127.0.0.1" }
"""


async def _refuse(path: Path, count: int, step: int = 1) -> None:
    async with running(path) as journal:
        series = journal.series(series_key())
        for number in range(count * step):
            append(journal, series, number)
        journal.save_cursor("broker", Cursor(count * step))
        refused = range(1, count * step + 1, step)
        journal.quarantine("broker", dict.fromkeys(refused, "not allowed"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG)
    return path


def ask(config: Path, *arguments: str) -> tuple[str, BaseException | None]:
    done = CliRunner().invoke(command, [*arguments, "-c", str(config)], standalone_mode=False)
    return done.stdout, done.exception


def journal(config: Path) -> tuple[list[int], Cursor, list[Event]]:
    with JournalReader(config.with_name("j.db")) as reader:
        events = [e for e in reader.entries(0, 100_000) if isinstance(e, Event)]
        return [q.seq for q in reader.quarantined()], reader.cursors()["broker"], events


def test_what_is_in_quarantine_is_listed(config: Path) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), 5))
    text, _ = ask(config, "list", "-n", "3")
    assert text.count("meter power") == text.count("not allowed") == 3
    assert "... and 2 more" in text
    lines, _ = ask(config, "list", "--json", "--sink", "broker")
    found = [json.loads(line) for line in lines.splitlines()]
    assert [(line["seq"], line["instrument"], line["sink"]) for line in found] == [
        (seq, "meter", "broker") for seq in range(1, 6)
    ]
    text, _ = ask(config, "list", "--sink", "other")
    assert text == "nothing is in quarantine\n"


def test_entries_are_put_back_for_the_next_daemon(config: Path) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), 10))
    text, _ = ask(config, "retry", "broker", "2", "4-6", "99")
    assert text == "4 entries for broker are delivered again (no daemon runs: in the journal)\n"
    left, cursor, (event,) = journal(config)
    assert left == [1, 3, 7, 8, 9, 10]
    assert cursor == Cursor(10, ((2, 2), (4, 6)))
    assert event.kind == "quarantine-released"
    assert (event.data["count"], event.data["first"], event.data["last"]) == (4, 2, 6)
    assert event.data["by"]


def test_entries_are_dropped_only_with_yes(config: Path) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), AT_ONCE + 10))
    _, error = ask(config, "drop", "broker", "--all")
    assert isinstance(error, click.UsageError)
    assert str(error) == f"{AT_ONCE + 10} entries would be dropped for broker; add --yes to do it"
    text, _ = ask(config, "drop", "broker", "--all", "--yes", "--json")
    assert json.loads(text) == {
        "sink": "broker",
        "action": "drop",
        "count": AT_ONCE + 10,
        "left": False,
    }
    left, cursor, events = journal(config)
    assert (left, cursor.backlog) == ([], ())
    assert [event.data["count"] for event in events] == [AT_ONCE, 10]


def test_no_more_is_put_back_than_there_is_room_for(config: Path) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), 600, step=2))
    text, error = ask(config, "retry", "broker", "--all")
    assert text.startswith("500 entries")
    assert isinstance(error, DeclinedError)
    left, cursor, _ = journal(config)
    assert (len(left), len(cursor.backlog)) == (100, 500)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["retry", "broker"], "give the numbers of entries, or --all"),
        (["retry", "broker", "1", "--all"], "give the numbers of entries, or --all"),
        (["retry", "other", "--all"], "there is: broker"),
        (["drop", "broker", "5-3"], "a range goes upwards"),
        (["drop", "broker", "0"], "numbered from 1"),
        (["drop", "broker", "x"], "neither a number"),
    ],
)
def test_what_makes_no_sense_is_refused(config: Path, arguments: list[str], words: str) -> None:
    _, error = ask(config, *arguments)
    assert isinstance(error, click.UsageError)
    assert words in str(error)


def test_the_journal_of_another_user_is_left_alone(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), 3))
    monkeypatch.setattr(daq.build.office.os, "geteuid", lambda: 12_345)
    _, error = ask(config, "retry", "broker", "--all")
    assert isinstance(error, daq.build.office.NotOursError)
    assert journal(config)[0] == [1, 2, 3]


async def test_a_sink_that_never_had_a_cursor_gets_nothing_back(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as opened:
        assert requeued_in(opened, "never")([1, 2]) == []


def test_a_reason_goes_into_the_event(config: Path) -> None:
    asyncio.run(_refuse(config.with_name("j.db"), 3))
    text, error = ask(config, "retry", "broker", "1", "--reason", "权限已更正")
    assert (error, text[:9]) == (None, "1 entries")
    _, _, (event,) = journal(config)
    assert event.data["reason"] == "权限已更正"
    assert "权限已更正)" in event.text
    _, error = ask(config, "drop", "broker", "--all", "--yes", "--reason", "two\nlines")
    assert "one line" in str(error)
