"""What counts as wrong, and in which order it is told."""

from daq.control.status import AnnunciatorStatus
from daq.control.wrong import Wrong, state_of, words, wrong
from tests.status_samples import bus, daemon, instrument, journal, recipient, sink


def test_a_daemon_that_is_well_has_nothing_wrong() -> None:
    assert wrong(daemon()) == []


def test_what_loses_data_is_told_first() -> None:
    stuck = bus("b2")
    stuck.stuck = True
    never = instrument("spare", "b2")
    never.silent, never.quality = 500.0, "bad: sensor break"
    unseen = instrument("unseen", "b1", "disconnected", "no such port")
    status = daemon(
        [bus("b1", "lost", "no such port"), stuck],
        [instrument("faulty", "b2", "silent", "no answer"), never, unseen],
        [sink(trouble="refused: not authorised")],
        journal("no space left on device"),
    )
    status.instruments[0].silent = 0.0
    assert [(found.kind, found.name) for found in wrong(status)] == [
        ("journal", ""),
        ("bus", "b1"),
        ("bus", "b2"),
        ("instrument", "spare"),
        ("instrument", "faulty"),
        ("sink", "broker"),
    ]
    texts = [found.text for found in wrong(status)]
    assert texts[3].startswith("no reading of use for 8 min; newest scan bad: sensor break; ")
    assert texts[4] == "no answer; failures: 6 timeout, 1 checksum"


def test_a_journal_that_is_going_to_lose_what_is_new_is_wrong_a_day_before() -> None:
    log = journal()
    log.seconds_to_full = 7200.0
    assert wrong(daemon(log=log)) == [], "the oldest give way, as it was wanted"
    log.when_full = "drop-new"
    assert [found.text for found in wrong(daemon(log=log))] == ["max_size is full in 2 h"]
    log.when_full, log.full_by, log.seconds_to_full = "drop-oldest", "disk", 0.0
    assert [found.text for found in wrong(daemon(log=log))] == ["the disk is full now"]


def test_a_span_of_time_is_told_in_the_unit_that_suits_it() -> None:
    spans = (0.05, 9.94, 119, 120, 7200, 5 * 86_400)
    assert [*map(words, spans)] == ["0.1 s", "9.9 s", "119 s", "2 min", "2 h", "5 d"]


def test_who_cannot_be_told_is_wrong_and_has_a_state_of_their_own() -> None:
    status, failing = daemon(), recipient("chief", "wrong password")
    status.recipients = [recipient(), failing]
    (found,) = wrong(status)
    assert (found.kind, found.name) == ("recipient", "chief")
    assert found.text == "cannot be told: wrong password"
    assert [state_of(one) for one in status.recipients] == ["reachable", "unreachable"]
    failing.trouble, failing.quiet = "", True
    assert state_of(failing) == "quiet"
    failing.on_duty = False
    assert state_of(failing) == "off duty"


def test_a_horn_that_does_not_work_is_wrong() -> None:
    status = daemon()
    status.annunciators = [
        AnnunciatorStatus(name="tower", kind="coil", lamp="off", horn=False),
        AnnunciatorStatus(
            name="hall", kind="coil", lamp="", horn=False, trouble="unit 1: no reply", since=7
        ),
    ]
    assert wrong(status) == [Wrong("annunciator", "hall", "unit 1: no reply", 7)]
