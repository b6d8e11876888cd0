"""A damaged journal gives what can be read of it, nothing else, and goes on with new numbers."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daq.journal import (
    Cursor,
    Entry,
    Event,
    Journal,
    JournalReader,
    JournalSettings,
    Query,
    Scan,
)
from daq.journal.salvage.wal import wal_of
from drivers.model import Status
from tests.journal_samples import NOON, NS, append, good, running, series_key, until

Damage: TypeAlias = Callable[[Path], None]

PAGE = 4096
PATROLLED = JournalSettings(commit_interval=0.001, patrol_interval=0.001)
OWN = {"journal-damaged", "journal-trouble", "journal-trouble-end", "retention-failed"}


class Original:
    """A journal as it was before, and what was in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.db"
        self.entries: dict[int, Entry] = {}
        self.cursors: dict[str, Cursor] = {}

    def look(self) -> None:
        with JournalReader(self.path) as reader:
            self.entries = {entry.seq: entry for entry in reader.entries(0, 10**6)}
            self.cursors = reader.cursors()

    @property
    def last(self) -> int:
        return max(self.entries)

    def copy_to(self, folder: Path) -> Path:
        for file in self.path.parent.iterdir():
            shutil.copy(file, folder)
        return folder / self.path.name


async def write_some(journal: Journal) -> None:
    """Everything a journal may hold, over several blocks, many commits and long rows."""
    plain, wide = journal.series(series_key("plain")), journal.series(series_key("wide", width=700))
    rare = journal.series(series_key("rare", "misc", 4))
    journal.append_scan(rare, NOON, (1, True, "秤", None), good(4))
    for number in range(1, 4601):
        last = append(journal, wide if number % 500 == 0 else plain, number)
        if number % 150 == 0:
            journal.append_event("operator", "daq", f"at {number}", data={"number": number})
            journal.save_cursor("mqtt", Cursor(number - 50, ((number - 200, number - 190),)))
            journal.quarantine("influx", {number: "field type conflict" * 5})
            await journal.wait_beyond(last - 1)
    journal.append_scan(rare, NOON + NS, (None,) * 4, (Status.TIMEOUT,) * 4)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A journal that a daemon has closed."""
    original = Original(tmp_path_factory.mktemp("closed"))

    async def main() -> None:
        async with running(original.path) as journal:
            await write_some(journal)

    asyncio.run(main())
    original.look()
    return original


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A journal as SIGKILL leaves it: much of it is in the log alone."""
    original = Original(tmp_path_factory.mktemp("killed"))
    folder = tmp_path_factory.mktemp("running")

    async def main() -> None:
        async with running(folder / "journal.db") as journal:
            await write_some(journal)
            await journal.wait_beyond(journal.committed - 1)
            await until(lambda: not journal.pending)
            for file in folder.iterdir():
                shutil.copy(file, original.path.parent)

    asyncio.run(main())
    (original.path.with_name("journal.db-shm")).unlink()
    assert wal_of(original.path).stat().st_size > 100 * PAGE
    original.look()
    return original


class Found:
    """What a daemon finds and does when it opens a journal that was damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.next = 0
        self.entries: dict[int, Entry] = {}

    async def open(self) -> None:
        async with running(self.path, PATROLLED) as journal:
            self.next = append(journal, journal.series(series_key("after")), 10**6)
            await journal.wait_beyond(self.next - 1)
            rounds = journal.patrol.rounds
            await until(lambda: journal.patrol.rounds >= rounds + 2)
        with JournalReader(self.path) as reader:
            self.entries = {entry.seq: entry for entry in reader.entries(0, 10**6)}
            self.by_query = {scan.seq for scan in reader.scans(Query())}
            self.cursors = reader.cursors()
            self.statistics = reader.statistics()
            assert len(reader.latest()) <= 4

    @property
    def told(self) -> list[Event]:
        return [e for e in self.entries.values() if isinstance(e, Event) and e.kind in OWN]

    @property
    def damage(self) -> Event | None:
        found = [event for event in self.told if event.kind == "journal-damaged"]
        assert len(found) <= 1
        return found[0] if found else None


def open_damaged(original: Original, folder: Path, damage: Damage) -> Found:
    path = original.copy_to(folder)
    damage(path)
    found = Found(path)
    asyncio.run(found.open())
    check(original, found)
    return found


def check(original: Original, found: Found) -> None:
    """Nothing is wrong, no number comes twice, and what is missing is told."""
    own = {event.seq for event in found.told} | {found.next}
    kept = {seq: entry for seq, entry in found.entries.items() if seq not in own}
    for seq, entry in kept.items():
        assert without_series_number(entry) == without_series_number(original.entries[seq])
    assert min(own) > original.last
    assert found.statistics.entries == len(found.entries)
    assert found.by_query == {s for s, e in found.entries.items() if isinstance(e, Scan)}
    for sink, cursor in found.cursors.items():
        assert cursor.live <= original.cursors[sink].live
    if len(kept) < len(original.entries):
        assert found.damage is not None, f"{len(original.entries) - len(kept)} are silently gone"
    if found.damage is not None:
        recovered = int(str(found.damage.data["entries"]))
        # Of what was journalled before the recovery some may have been in the file already.
        before = sum(seq < found.damage.seq for seq in own)
        assert len(kept) <= recovered <= len(kept) + before
        aside = found.damage.data["file"]
        assert aside is None or Path(str(aside)).exists()


def without_series_number(entry: Entry) -> object:
    if isinstance(entry, Scan):
        return entry.seq, entry.time, entry.series.key, entry.values, entry.statuses
    return entry


def flip(place: float, bit: int) -> Damage:
    def damage(file: Path) -> None:
        size = file.stat().st_size
        if not size:
            return
        with file.open("r+b") as stream:
            offset = int(place * (size - 1))
            stream.seek(offset)
            byte = stream.read(1)[0]
            stream.seek(offset)
            stream.write(bytes([byte ^ 1 << bit]))

    return damage


def overwrite(place: float, length: int, byte: int) -> Damage:
    def damage(file: Path) -> None:
        size = file.stat().st_size
        start = int(place * size)
        with file.open("r+b") as stream:
            stream.seek(start)
            stream.write(bytes([byte]) * min(length, size - start))

    return damage


def cut(place: float) -> Damage:
    def damage(file: Path) -> None:
        with file.open("r+b") as stream:
            stream.truncate(int(place * file.stat().st_size))

    return damage


places = st.floats(0, 1) | st.floats(0, 0.05)
damages = st.one_of(
    st.builds(flip, places, st.integers(0, 7)),
    st.builds(overwrite, places, st.sampled_from([1, 100, PAGE, 5 * PAGE]), st.integers(0, 255)),
    st.builds(cut, places),
)
several = st.lists(damages, min_size=1, max_size=3)
cheap = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cheap
@given(several)
def test_any_damage_to_the_file(
    closed: Original, tmp_path_factory: pytest.TempPathFactory, found: list[Damage]
) -> None:
    folder = tmp_path_factory.mktemp("damaged")

    def damage(path: Path) -> None:
        for each in found:
            each(path)

    open_damaged(closed, folder, damage)
    shutil.rmtree(folder)


@cheap
@given(several, st.lists(damages, max_size=1))
def test_any_damage_to_the_log(
    killed: Original,
    tmp_path_factory: pytest.TempPathFactory,
    found: list[Damage],
    in_file: list[Damage],
) -> None:
    folder = tmp_path_factory.mktemp("damaged")

    def damage(path: Path) -> None:
        for each in found:
            each(wal_of(path))
        for each in in_file:
            each(path)

    open_damaged(killed, folder, damage)
    shutil.rmtree(folder)
