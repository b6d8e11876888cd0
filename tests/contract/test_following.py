"""`daq tail` follows the journal, also when another file takes its place."""

from pathlib import Path

import pytest

from daq.cli.following import PAGE, Follower
from daq.journal import Event, Journal
from daq.journal.entry import Entry
from daq.journal.errors import JournalError
from tests.journal_samples import append, running, series_key, until


async def write(journal: Journal, first: int, count: int, instrument: str = "meter") -> None:
    series = journal.series(series_key(instrument))
    last = [append(journal, series, number) for number in range(first, first + count)][-1]
    await until(lambda: journal.committed >= last)


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


async def test_what_is_committed_comes_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with running(path) as journal:
        await write(journal, 0, 3)
        with Follower(path) as follower:
            assert list(follower.news()) == []
            await write(journal, 3, PAGE + 5)
            after = follower.after
            assert numbers(list(follower.news())) == list(range(after + 1, after + PAGE + 6))
            assert list(follower.news()) == []


async def test_the_last_that_are_wanted_are_found_however_far_back(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with running(path) as journal:
        await write(journal, 0, 2, "rare")
        await write(journal, 2, 2 * PAGE)
        with Follower(path) as follower:
            found = follower.last(3, lambda e: not isinstance(e, Event) and _of(e) == "rare")
            assert len(found) == 2
            everything = follower.last(3, lambda _: True)
            assert numbers(everything) == list(range(follower.after - 2, follower.after + 1))
            assert follower.last(0, lambda _: True) == []


def _of(entry: Entry) -> str:
    return "" if isinstance(entry, Event) else entry.series.key.instrument


async def test_a_file_in_its_place_is_followed_on(tmp_path: Path) -> None:
    path, other = tmp_path / "j.db", tmp_path / "other.db"
    async with running(path) as journal:
        await write(journal, 0, 5)
    async with running(other) as journal:
        await write(journal, 0, 9)
    with Follower(path) as follower:
        before = follower.after
        other.rename(path)
        assert numbers(list(follower.news()))[0] == before + 1


async def test_a_journal_that_begins_anew_is_shown_from_its_beginning(tmp_path: Path) -> None:
    path, other = tmp_path / "j.db", tmp_path / "other.db"
    async with running(path) as journal:
        await write(journal, 0, 9)
    async with running(other) as journal:
        await write(journal, 0, 2)
    with Follower(path) as follower:
        other.rename(path)
        assert numbers(list(follower.news()))[0] == 1


def test_there_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal; `daq run` makes it"):
        Follower(tmp_path / "j.db")
