"""From status to what is shown of delivery, and from a form to what is asked of the daemon."""

import pytest

from daq.control.status import DaemonStatus
from daq.journal.entry import Event
from daq.web.data.delivery import happened, journal, sinks
from daq.web.data.problem import Level
from daq.web.data.register import ListedSink, Register
from daq.web.data.snapshot import Heard, Snapshot
from daq.web.errors import WrongFormError
from daq.web.views.delivery.release import joined, understood
from tests import status_samples as samples

NOW, SECOND = samples.NOW, samples.SECOND
REGISTER = Register(
    site="lab",
    sinks=(
        ListedSink(name="broker", kind="mqtt", addresses=("192.0.2.7:1883",)),
        ListedSink(name="history", kind="influxdb", addresses=("http://a:1", "http://b:1")),
    ),
)
FORM = {"sink": ["broker"], "action": ["retry"], "reason": [" rights corrected "]}


def snapshot(status: DaemonStatus | None = None, *events: Event) -> Snapshot:
    heard = Heard(status, NOW, "" if status else "no answer")
    return Snapshot(register=REGISTER, version=1, time=NOW, heard=heard, events=events)


def event(seq: int, kind: str) -> Event:
    return Event(
        seq=seq, time=NOW, kind=kind, subject="broker", severity="info", text="text", data={}
    )


def test_what_does_not_deliver_comes_first_with_since_when() -> None:
    away = samples.sink("history", "away", "cannot connect")
    away.trouble_since, away.quarantined = NOW - 90 * SECOND, 0
    well = samples.sink("broker")
    well.quarantined = 0
    first, second = sinks(snapshot(samples.daemon(sinks=[well, away])))
    (problem,) = first.problems
    assert (first.listed.name, first.level, first.kind) == ("history", Level.BAD, "InfluxDB")
    assert (problem.kind, problem.since) == ("sink-away", NOW - 90 * SECOND)
    assert problem.detail == "cannot connect"
    assert (second.level, second.problems) == (Level.GOOD, ())


def test_refusals_and_falling_behind_need_a_look() -> None:
    sink = samples.sink()
    sink.quarantined, sink.lag_seconds, sink.lag_entries = 7, 31.0, 900
    (found,) = sinks(snapshot(samples.daemon(sinks=[sink])))
    assert [(p.kind, p.reason) for p in found.problems] == [("behind", "900"), ("refused", "7")]
    assert found.level is Level.UNCERTAIN


def test_what_is_not_known_is_no_problem_and_no_number() -> None:
    sink = samples.sink()
    sink.quarantined = sink.lag_seconds = None
    (found,) = sinks(snapshot(samples.daemon(sinks=[sink])))
    assert (found.problems, found.rate) == ((), None)


def test_the_journal_says_what_it_is_going_to_lose() -> None:
    log = samples.journal()
    assert journal(snapshot(samples.daemon(log=log))).problems == ()
    assert journal(snapshot(samples.daemon(log=log))).full == pytest.approx(0.02)
    log.seconds_to_full, log.when_full = 7200.0, "drop-oldest"
    assert journal(snapshot(samples.daemon(log=log))).problems == ()  # as it was wanted
    log.when_full, log.dropped = "drop-new", 3
    found = journal(snapshot(samples.daemon(log=log)))
    assert [p.kind for p in found.problems] == ["journal-filling", "given-up"]
    log.full_by, log.when_full = "disk", "drop-oldest"
    assert journal(snapshot(samples.daemon(log=log))).problems[0].kind == "disk-filling"
    found = journal(snapshot(samples.daemon(log=samples.journal("no space left"))))
    assert (found.problems[0].kind, found.problems[0].detail) == ("journal-sick", "no space left")


def test_while_the_daemon_is_silent_nothing_is_claimed() -> None:
    found = sinks(snapshot())
    assert [(one.listed.name, one.status) for one in found] == [("broker", None), ("history", None)]
    assert found[1].address == "http://a:1, http://b:1"
    assert journal(snapshot()).status is None
    assert journal(snapshot()).full is None


def test_events_of_delivery_are_told_newest_first() -> None:
    some = [event(n, kind) for n, kind in enumerate(("sink-lost", "bus-lost", "journal-full"))]
    assert [e.kind for e in happened(snapshot(None, *some))] == ["journal-full", "sink-lost"]
    many = [event(n, "sink-lost") for n in range(50)]
    assert [e.seq for e in happened(snapshot(None, *many))] == list(range(49, 37, -1))


def test_ticked_entries_become_ranges() -> None:
    wanted = understood(FORM | {"which": ["chosen"], "entry": ["7", "5", "6", "9", "9"]})
    assert wanted.ranges == ((5, 7), (9, 9))
    assert (wanted.sink, wanted.action) == ("broker", "retry")
    assert wanted.reason == "rights corrected"


def test_all_means_what_there_was_when_the_page_was_made() -> None:
    assert understood(FORM | {"which": ["all"], "last": ["4711"]}).ranges == ((1, 4711),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": ["delete"]},
        {"action": []},
        {"reason": ["  "]},
        {"reason": ["x" * 201]},
        {"reason": ["two\nlines"]},
        {"entry": []},
        {"entry": ["0"]},
        {"entry": ["-1"]},
        {"entry": ["9" * 19 + "9"]},
        {"entry": ["\u0663"]},
        {"which": ["all"], "last": [""]},
    ],
)
def test_what_is_not_complete_is_refused_in_words(wrong: dict[str, list[str]]) -> None:
    with pytest.raises(WrongFormError, match=r"\w+ \w+"):
        understood(FORM | {"entry": ["1"]} | wrong)


def test_runs_are_joined() -> None:
    assert joined([]) == ()
    assert joined([1, 2, 3, 5, 8, 9]) == ((1, 3), (5, 5), (8, 9))
