"""Three weeks in a chamber with two power losses: the report says what really was, step by step."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.programme.evaluation import Evaluation
from daq.programme.past import programme_events
from daq.programme.result import Result
from daq.programme.told import told
from daq.runs.past import find_run
from simulators.devices.programme import Ran, Segment
from tests.system.house import WAIT, daq
from tests.system.weeks import BEGIN, NS, PAUSE, POWER, SCAN, Truth

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

ONE = SCAN + 5.0
"""Seconds: a scan, and for how much longer than one a reading counts."""

DAY = 86_400.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of three weeks, in whose middle the power failed twice."""
    made = tmp_path_factory.mktemp("weeks")
    shutil.copy(HERE / "weeks.toml", made / "daq.toml")
    codes = [_live(made) for _ in range(3)]
    assert codes == [-9, -9, 0]
    return made


def _live(folder: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.weeks", str(folder)],
        cwd=ROOT,
        timeout=4 * WAIT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode <= 0, done.stderr
    return done.returncode


def _truth(folder: Path) -> Truth:
    return msgspec.json.decode((folder / "truth.json").read_bytes(), type=Truth)


def test_the_report_is_what_really_was(folder: Path) -> None:
    truth = _truth(folder)
    done = daq("runs", "evaluate", truth.run, "-c", str(folder / "daq.toml"), "--json")
    assert done.returncode == 0, done.stderr
    found = msgspec.json.decode(done.stdout, type=Evaluation)
    assert (found.status, found.verdict) == ("completed", "deviated")
    took = (found.ended - found.begun) / NS / DAY
    assert took == pytest.approx((truth.ran[-1].end) / DAY, abs=ONE / DAY)
    assert 20.9 < took < 21.3
    assert len(found.results) == len(truth.ran) == len(truth.segments)
    for segment, ran, result in zip(truth.segments, truth.ran, found.results, strict=True):
        _compare(segment, ran, result)
    cycles = {one.loop: (one.completed, one.of, one.deviated) for one in found.cycles}
    assert cycles.keys() == {"Db", "Na", "Nb"}
    assert [cycle[:2] for cycle in cycles.values()] == [(6, 6), (15, 15), (10, 10)]
    assert sum(each.verdict == "deviated" for each in found.results) == sum(
        ran.outside > 0 for ran in truth.ran
    )
    _compare_interruptions(found, truth)


def _compare(segment: Segment, ran: Ran, result: Result) -> None:
    """One step: begin, end, what counted, what was outside, within a scan for each edge of it."""
    about = f"{segment} {ran} {result}"
    assert result.kind == segment.kind, about
    assert result.spreads[0].set_point[1] == segment.target, about
    assert (result.begin - BEGIN) / NS == pytest.approx(ran.begin, abs=ONE), about
    assert (result.end - BEGIN) / NS == pytest.approx(ran.end, abs=ONE), about
    assert result.counted / NS == pytest.approx(ran.counted, abs=ONE), about
    assert result.out / NS == pytest.approx(ran.outside, abs=ONE * max(ran.excursions, 1)), about
    assert result.no_data / NS == pytest.approx(ran.standing, abs=ONE), about
    assert (result.verdict == "deviated") == (ran.outside > 0), about
    if ran.reached is not None:
        assert (result.reached - BEGIN) / NS == pytest.approx(ran.reached, abs=ONE), about


def _compare_interruptions(found: Evaluation, truth: Truth) -> None:
    assert [each.cause for each in found.interruptions] == ["power", "power", "paused"]
    for interruption, (begin, end) in zip(found.interruptions, truth.losses, strict=False):
        assert (interruption.begin - BEGIN) / NS == pytest.approx(begin, abs=ONE)
        assert (interruption.end - BEGIN) / NS == pytest.approx(end, abs=ONE)
        assert (interruption.counted, interruption.how) == (0, "hold")
    paused = found.interruptions[-1]
    assert (paused.begin - BEGIN) / NS == pytest.approx(PAUSE[0], abs=ONE)
    assert len(truth.losses) == len(POWER)


def test_no_entry_was_lost_and_what_was_told_is_what_is_found(folder: Path) -> None:
    truth = _truth(folder)
    with JournalReader(folder / "journal.db") as reader:
        scans = sum(1 for _ in reader.scans(Query()))
        run = find_run(reader, truth.run)
        live = told(programme_events(reader, run))
    assert scans == truth.scans
    done = daq("runs", "evaluate", truth.run, "-c", str(folder / "daq.toml"), "--json")
    found = msgspec.json.decode(done.stdout, type=Evaluation)
    assert live is not None
    assert live.results == found.results
    assert live.interruptions == found.interruptions
    assert live.ended is not None
    assert live.ended.data["status"] == "completed"


def test_people_are_told_in_words(folder: Path) -> None:
    truth = _truth(folder)
    file = str(folder / "daq.toml")
    table = daq("runs", "evaluate", truth.run, "-c", file)
    assert "Db: 6 of 6 cycles completed, 2 of them with a deviation" in table.stdout
    assert "power" in table.stdout
    shown = daq("runs", "show", truth.run, "-c", file)
    assert "97 of 97 ramps and dwells done" in shown.stdout
    assert "programme completed" in shown.stdout
    again = daq("runs", "evaluate", truth.run, "-c", file, "--configured", "--json")
    assert json.loads(again.stdout)["status"] == "completed"
