"""Without a daemon, and without a journal worth the name, the page says what, where, what to do."""

import html
import random
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from daq.journal import Journal, JournalSettings
from drivers.model import Status
from tests.journal_samples import NS
from tests.web_site import Reading, Site, fill, site

PATHS = ("/", "/events", "/instrument/meter")


def words(text: str) -> str:
    """What a page says."""
    body = text[text.index("<body") :]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def reading(number: int) -> Reading:
    return (float(number),), (Status.GOOD,)


async def no_file(folder: Path) -> None:
    del folder


async def empty_file(folder: Path) -> None:
    (folder / "journal.db").touch()


async def a_folder(folder: Path) -> None:
    (folder / "journal.db").mkdir()


async def nothing_in_it(folder: Path) -> None:
    await (await Journal.open(folder / "journal.db", JournalSettings())).close()


async def a_newer_version(folder: Path) -> None:
    await nothing_in_it(folder)
    file = sqlite3.connect(folder / "journal.db")
    file.execute("PRAGMA user_version=99")
    file.close()


async def another_program(folder: Path) -> None:
    file = sqlite3.connect(folder / "journal.db")
    file.execute("CREATE TABLE addresses(name)")
    file.close()


async def a_text(folder: Path) -> None:
    (folder / "journal.db").write_text("nothing of the kind\n" * 1000)


async def some_readings(folder: Path) -> None:
    await fill(folder, 6000, (int(time.time()) - 6100) * NS, reading)


async def half_of_it(folder: Path) -> None:
    await some_readings(folder)
    path = folder / "journal.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 + 100])


async def scratched(folder: Path) -> None:
    await some_readings(folder)
    path = folder / "journal.db"
    whole, chance = bytearray(path.read_bytes()), random.Random(3)
    for place in range(100, len(whole)):
        if chance.random() < 0.02:
            whole[place] = chance.randrange(256)
    path.write_bytes(whole)


STATES: list[tuple[Callable[[Path], Awaitable[None]], str, str]] = [
    (no_file, "There is no journal yet.", "尚无日志库。"),
    (empty_file, "There is no journal yet.", "尚无日志库。"),
    (a_folder, "There is no journal yet.", "尚无日志库。"),
    (a_newer_version, "A newer version of the program wrote the journal.", "更新版本的程序写入"),
    (another_program, "belongs to another program.", "属于其他程序。"),
    (a_text, "The journal is damaged.", "日志库已损坏。"),
    (half_of_it, "The journal is damaged.", "日志库已损坏。"),
    (scratched, "The journal is damaged.", "日志库已损坏。"),
]


@pytest.mark.parametrize(("made", "english", "chinese"), STATES)
async def test_every_page_says_so_in_both_languages(
    tmp_path: Path, made: Callable[[Path], Awaitable[None]], english: str, chinese: str
) -> None:
    await made(tmp_path)
    async with site(tmp_path) as page:
        for path in PATHS:
            said = await says(page, path, "en")
            assert english in said
            assert "The daemon does not answer" in said
            assert "systemctl start daq" in said
            assert str(tmp_path / "journal.db") in said
            assert chinese in await says(page, path, "zh")
            assert "采集程序无应答" in await says(page, path, "zh")


async def says(page: Site, path: str, language: str) -> str:
    status, text = await page.get(path, **{"Accept-Language": language})
    assert status == 200
    assert "Traceback" not in text
    return words(text)


async def test_an_empty_journal_is_no_trouble_and_no_good_sign(tmp_path: Path) -> None:
    await nothing_in_it(tmp_path)
    async with site(tmp_path) as page:
        for path, english, chinese in (
            ("/", "No readings yet", "尚无读数"),
            ("/events", "Nothing has happened yet.", "尚无事件。"),
            ("/instrument/meter", "No readings yet", "尚无读数"),
        ):
            assert english in await says(page, path, "en")
            assert chinese in await says(page, path, "zh")
            assert "cannot be read" not in await says(page, path, "en")


async def test_what_was_never_read_is_not_called_good(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        said = await says(page, "/", "en")
    assert "1 bad" in said
    assert "0 good" in said


async def test_a_journal_that_comes_later_is_shown(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        assert "There is no journal yet." in await says(page, "/events", "en")
        await some_readings(tmp_path)
        said = ""
        for _ in range(20):
            version = re.search(
                r'data-version="(\d+)"', (await page.get("/events", **{"X-Live": "0"}))[1]
            )
            assert version is not None
            said = words((await page.get("/events", **{"X-Live": version[1]}))[1])
            if "bus-5000" in said and "There is no journal" not in said:
                break
        assert "bus-5000" in said
        assert "There is no journal" not in said
