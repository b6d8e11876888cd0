"""Figures of alarms against calculations by hand: each case says how its numbers come about."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import msgspec
import pytest
from msgspec.structs import asdict, replace

from daq.alarms.board import Board, Priority, Sort
from daq.alarms.figures.figures import Figures, figures
from daq.alarms.record import event_of
from daq.journal.entry import Event
from tests.journal_samples import NOON, NS

if TYPE_CHECKING:
    from daq.alarms.lifecycle import What

Json: TypeAlias = Any
"""What comes out of a JSON document."""

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/steps.txt"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 3


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
def test_figures_are_those_worked_out_by_hand(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text())
    start, end = (NOON + second(each) * NS for each in expected.pop("period"))
    found = relative(json.loads(msgspec.json.encode(worked_out(case, start, end))))
    assert expected
    for key, wanted in expected.items():
        assert part(found, key) == approximately(wanted), key


def worked_out(case: Path, start: int, end: int) -> Figures:
    return figures(events(case / "steps.txt"), start, end)


def events(path: Path) -> Iterator[Event]:
    """Lines ``clock alarm priority what [began=clock] [noticed=clock]``.

    They run through the life cycle, so that the events are those the daemon would journal.
    """
    lines = [line.split("#")[0].split() for line in path.read_text().splitlines()]
    lines = [line for line in lines if line]
    names = {line[1]: line[2] for line in lines}
    board = Board(Sort(name=n, priority=cast("Priority", p)) for n, p in names.items())
    for seq, (clock, name, _, what, *more) in enumerate(lines, 1):
        time = NOON + second(clock) * NS
        given = {key: NOON + second(at) * NS for key, at in (each.split("=") for each in more)}
        until = time + 3600 * NS if what == "shelved" else 0
        told = {key: at for key, at in given.items() if key == "began"}
        record = event_of(board.apply(name, cast("What", what), time, until=until, **told))
        data = record.data | {key: at for key, at in given.items() if key == "noticed"}
        yield Event(seq=seq, **asdict(replace(record, data=data)))


def second(clock: str) -> int:
    """Seconds after noon of ``12:00:05``; ``+1d`` before it is a day later, ``-1d`` earlier."""
    days, _, rest = clock.rpartition("d")
    hours, minutes, seconds = map(int, rest.split(":"))
    return int(days or 0) * 86_400 + (hours - 12) * 3600 + minutes * 60 + seconds


def relative(found: Json, key: str = "") -> Json:
    """Times as seconds after noon."""
    if isinstance(found, dict):
        items = cast("dict[str, Any]", found).items()
        return {name: relative(value, name) for name, value in items}
    if isinstance(found, list):
        return [relative(value, key) for value in cast("list[Any]", found)]
    is_time = key in ("start", "end", "since", "until") or key.endswith("_start")
    return (found - NOON) // NS if is_time and found else found


def part(found: Json, key: str) -> Json:
    for name in key.split("."):
        found = found[name]
    return found


def approximately(wanted: Json) -> Json:
    if isinstance(wanted, list):
        return [approximately(each) for each in cast("list[Any]", wanted)]
    if isinstance(wanted, dict):
        items = cast("dict[str, Any]", wanted).items()
        return {key: approximately(value) for key, value in items}
    return pytest.approx(wanted) if isinstance(wanted, float) else wanted
