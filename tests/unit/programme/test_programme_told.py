"""What is said of a programme: events, and lines in a terminal."""

import pytest

from daq.cli.programme_lines import print_evaluation, print_told
from daq.journal.entry import Event
from daq.programme.evaluation import Collected, Evaluation
from daq.programme.fold import Fold
from daq.programme.judge import Judge
from daq.programme.plan import Plan
from daq.programme.programme import Loop, Programme
from daq.programme.progress import progress_of
from daq.programme.record import begun_event, event_of, span
from daq.programme.told import told
from tests.alarm_samples import as_event
from tests.programme_samples import HOUR, MINUTE, SECOND, dwell, each_minute, feed, programme

RUN = "20261123-1"


def eventful() -> Programme:
    loop = Loop(
        name="cycle",
        cycles=2,
        steps=(
            dwell(40.0, 10, "warm", wait_at_most=3 * MINUTE),
            dwell(60.0, 10, "hot", interruption="restart-step"),
        ),
    )
    return programme(loop)


def course() -> Fold:
    """Late, outside, interrupted, begun anew; in the second cycle it is outside still."""
    fold = Fold(Plan(eventful()), 0)
    feed(fold, each_minute(0, 4, 20.0) | each_minute(5, 9, 40.0) | {10: 45.0})
    feed(fold, each_minute(11, 15, 40.0) | each_minute(16, 20, 60.0))
    fold.started(28 * MINUTE)
    feed(fold, each_minute(29, 38, 60.0) | each_minute(39, 41, 40.0) | {42: 50.0})
    return fold


def evaluation(fold: Fold) -> Evaluation:
    judge = Judge(fold.plan, RUN, 0, fold.state)
    collected = Collected()
    collected.take(fold.told)
    return collected.evaluation(judge)


def events(fold: Fold) -> list[Event]:
    records = [begun_event(RUN, fold.plan, 0)]
    records += [event_of(RUN, one, fold.plan, fold.state) for one in fold.told]
    return [as_event(record, seq) for seq, record in enumerate(records, 1)]


def test_every_happening_has_a_sentence_and_a_severity() -> None:
    fold = course()
    fold.end(HOUR)
    texts = [f"{one.severity} {one.text.removeprefix(RUN + ': ')}" for one in events(fold)]
    assert texts == [
        "info programme test, 4 ramps and dwells, 40 min",
        "info step 1.1 warm, cycle 1: begun: temperature 40 for 10 min",
        "warning step 1.1 warm, cycle 1: not within tolerance in time",
        "info step 1.1 warm, cycle 1: within tolerance after 5 min",
        "warning step 1.1 warm, cycle 1: deviates: temperature 45, 3 above tolerance",
        (
            "warning step 1.1 warm, cycle 1: deviated: 10 min of 10 min "
            "(out of band, band reached late)"
        ),
        "info step 1.2 hot, cycle 1: begun: temperature 60 for 10 min",
        "info step 1.2 hot, cycle 1: within tolerance after 0 s",
        "warning step 1.2 hot, cycle 1: interrupted: no reading of use",
        "info step 1.2 hot, cycle 1: goes on after 6 min: the daemon was cut off",
        "warning step 1.2 hot, cycle 1: begins anew; 13 min lost",
        "info step 1.2 hot, cycle 1: within tolerance after 0 s",
        "info step 1.2 hot, cycle 1: within: 10 min of 10 min",
        "info step 1.1 warm, cycle 2: begun: temperature 40 for 10 min",
        "info step 1.1 warm, cycle 2: within tolerance after 0 s",
        "warning step 1.1 warm, cycle 2: deviates: temperature 50, 8 above tolerance",
        "warning step 1.1 warm, cycle 2: interrupted: no reading of use",
        "info step 1.1 warm, cycle 2: unfinished: 3 min of 10 min (out of band)",
        "info step 1.1 warm, cycle 2: goes on after 15 min: no reading of use",
        "warning programme cut, 1 of its ramps and dwells deviated",
    ]


def test_what_is_told_can_be_read_back() -> None:
    fold = course()
    found = told(events(fold))
    assert found is not None
    assert (found.programme, found.segments, found.ended) == ("test", 4, None)
    assert found.results == evaluation(fold).results
    assert found.interruptions == evaluation(fold).interruptions
    assert found.now is not None
    assert "deviates" in found.now.text
    assert told([]) is None


def test_a_terminal_shows_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    fold = course()
    print_evaluation(evaluation(fold))
    shown = capsys.readouterr().out
    for words in (
        "20261123-1  running",
        "2 of 4 ramps and dwells, 1 deviated",
        "cycle: 1 of 2 cycles completed, 1 of them with a deviation",
        "at step 1.1 warm (dwell, cycle 2): temperature 40",
        "outside tolerance: temperature",
        "step 1.1 warm, cycle 1: out of band, band reached late",
        "temperature 45 at 1970-01-01T00:10:00Z, 3 above its tolerance",
        "power",
    ):
        assert words in shown, shown


def test_how_far_it_is_has_a_range(capsys: pytest.CaptureFixture[str]) -> None:
    fold = course()
    fold.advance(50 * MINUTE)
    progress = progress_of(fold.plan, fold.state)
    # Left: 7 min of this dwell and 10 of the next, which was waited for 0 min twice.
    assert progress.remaining.least == 17 * MINUTE
    assert progress.remaining.likely == 17 * MINUTE
    found = told(events(fold))
    assert found is not None
    print_told(found, progress)
    print_told(found, None)
    shown = capsys.readouterr().out
    assert "remaining 17 min, if nothing interrupts it" in shown
    assert "interrupted since 1970-01-01T00:45:00Z: no-data" in shown
    assert "at 1970-01-01T00:45:00Z: step 1.1 warm, cycle 2: interrupted" in shown


def test_waiting_is_expected_to_be_as_long_as_before() -> None:
    fold = Fold(Plan(programme(Loop(name="c", cycles=3, steps=(dwell(40.0), dwell(60.0))))), 0)
    feed(fold, each_minute(0, 1, 20.0) | each_minute(2, 11, 40.0))
    first = progress_of(fold.plan, fold.state)
    assert first.remaining.most is None, "the second dwell was never waited for"
    feed(fold, each_minute(12, 15, 40.0) | each_minute(16, 25, 60.0) | each_minute(26, 26, 60.0))
    then = progress_of(fold.plan, fold.state)
    assert (then.step, then.cycle, then.waited) == ("1.1", (2,), 0)
    assert then.remaining.least == 4 * 10 * MINUTE
    assert then.remaining.likely == then.remaining.most
    assert then.remaining.likely == (4 * 10 + 2 + 4 + 2 + 4) * MINUTE


@pytest.mark.parametrize(
    ("ns", "shown"),
    [
        (0, "0 s"),
        (12_500_000_000, "12.5 s"),
        (90 * SECOND, "2 min"),
        (HOUR, "1 h"),
        (HOUR + 5 * MINUTE, "1 h 5 min"),
        (50 * HOUR + MINUTE, "2 d 2 h"),
    ],
)
def test_a_time_for_people(ns: int, shown: str) -> None:
    assert span(ns) == shown
