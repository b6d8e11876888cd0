"""Runs out of a journal: by number, by time, with the times in which nobody read anything."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.runs.desk import Desk
from daq.runs.errors import NoSuchRunError
from daq.runs.happening import Ended, Happening
from daq.runs.interruption import Interruption, interruptions, interruptions_of
from daq.runs.past import find_run, runs_since
from tests.journal_samples import append, running, series_key
from tests.run_samples import RULES, START, at, journal_events


def event(seq: int, second: float, kind: str, **data: float) -> Event:
    return Event(
        seq=seq,
        time=at(second),
        kind=kind,
        subject="daq",
        severity="info",
        text=kind,
        data=dict(data),
    )


def test_interruptions_out_of_events() -> None:
    told = [
        event(2, 10, "stop"),
        event(3, 20, "start"),
        event(7, 40, "start"),
        event(8, 60, "suspended", seconds=12.5),
        event(9, 70, "stop"),
    ]
    assert interruptions(told, lambda seq: at(30) if seq == 7 else 0) == (
        Interruption(at(10), at(20), "stopped"),
        Interruption(at(30), at(40), "cut off"),
        Interruption(at(47.5), at(60), "slept"),
        Interruption(at(70), 0, "stopped"),
    )
    assert interruptions([], lambda _: 0) == ()


async def test_a_power_loss_is_seen_in_the_run_it_struck(tmp_path: Path) -> None:
    path, desk = tmp_path / "journal.db", Desk(lambda: RULES)
    async with running(path) as journal:
        journal.append_event("start", "daq", "daq started", time=at(-5))
        series = journal.series(series_key("oven"))
        name, began = desk.start(at(0), START)
        journal_events(journal, [began])
        for second in (1, 3, 2):  # of several instruments: not in the order of their times
            append(journal, series, second)
        journal.append_event("start", "daq", "daq started", time=at(60))
        journal_events(journal, [desk.end(name, at(70), Ended(by="Li"))[1]])
        journal.append_event("stop", "daq", "daq stopped", time=at(80))
    with JournalReader(path) as reader:
        run = find_run(reader, name)
        (found,) = interruptions_of(reader, run)
        assert (found.begin, found.end // 1000 * 1000) == (at(3), at(60))
        assert found.cause == "cut off"


async def test_a_run_is_found_by_its_number_wherever_the_clock_was(tmp_path: Path) -> None:
    path, year = tmp_path / "journal.db", 366 * 86_400
    async with running(path) as journal:
        far = Happening("20271124-1", at(year), START)
        back = Happening("20271124-2", at(0), replace(START, sample="after the clock was set"))
        journal_events(journal, [far, back])
    with JournalReader(path) as reader:
        assert find_run(reader, "20271124-2").sample == "after the clock was set"
        assert [one.id for one in runs_since(reader, at(1))] == ["20271124-1"]
        for wrong in ("chamber", "20261399-1", "2026-11-23"):
            with pytest.raises(NoSuchRunError, match=r"is no run.*such as 20261123-1"):
                find_run(reader, wrong)
        with pytest.raises(NoSuchRunError, match="no run '20261123-9'; there is 20271124"):
            find_run(reader, "20261123-9")
