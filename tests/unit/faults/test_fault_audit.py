"""The audit of the fault matrix finds what is wrong: one that passes everything shows nothing."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey
from daq.timefmt import rfc3339
from drivers.model import Channel, Status
from tests.system.faults.audit.journalled import Journalled
from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.published import PublishedAudit
from tests.system.faults.audit.served import ServedAudit, ServedCount
from tests.system.faults.audit.told import Reply
from tests.system.faults.laboratory import Question
from tests.system.faults.lives import Ending, Life, Lives
from tests.system.faults.witness import Seen

S = 1_000_000_000
T0 = 1_700_000_000 * S
QUESTION = Question("meter", "all", "read")
SERIES = Series(
    1,
    SeriesKey(
        site="x",
        instrument="meter",
        group="all",
        model="m",
        asset="",
        interval=1.0,
        channels=(Channel(name="a"), Channel(name="b")),
    ),
)
GOOD = (Status.GOOD, Status.GOOD)
TIMEOUT = (Status.TIMEOUT, Status.TIMEOUT)


def scan(seq: int, a: float | None = None, *, at: float | None = None) -> Scan:
    """The scan of second ``seq``; without a value a failed one."""
    time = T0 + round((seq if at is None else at) * S)
    if a is None:
        return Scan(seq, time, SERIES, (None, None), TIMEOUT)
    return Scan(seq, time, SERIES, (a, 2.0), GOOD)


def value_of(entry: Entry) -> float | None:
    assert isinstance(entry, Scan)
    value = entry.values[0]
    assert value is None or isinstance(value, float)
    return value


def reply(second: float, a: float, *, late: bool = False) -> Reply:
    return Reply(T0 + round(second * S), "meter", {"a": a, "b": 2.0}, "read", late)


def life(ending: Ending = "running", *, ends: float = 1000.0) -> Lives:
    lives = Lives()
    end = T0 + round(ends * S)
    lives.all.append(Life(T0 - 10 * S, end, end, ending))
    return lives


def served(
    folder: Path,
    replies: list[Reply],
    entries: list[Entry],
    lives: Lives | None = None,
    question: Question = QUESTION,
) -> tuple[ServedCount, Problems]:
    log, problems = folder / "served", Problems()
    log.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in replies))
    audit = ServedAudit([question], lives or life(), problems)
    return audit.compare(log, Journalled(entries, {}, {})), problems


def test_replies_and_scans_that_agree(tmp_path: Path) -> None:
    replies = [reply(n, float(n)) for n in range(1, 4)]
    count, problems = served(tmp_path, replies, [scan(n, float(n)) for n in range(1, 4)])
    assert (count.asked_for_scans, count.journalled, problems.count) == (3, 3, 0)


def test_a_reply_that_is_in_no_scan(tmp_path: Path) -> None:
    count, problems = served(tmp_path, [reply(1, 1.0), reply(2, 7.0)], [scan(1, 1.0)])
    assert (count.unexplained, problems.count) == (1, 1)


def test_a_value_that_no_instrument_sent(tmp_path: Path) -> None:
    count, problems = served(tmp_path, [reply(1, 1.0)], [scan(1, 1.0), scan(2, 1.0000000000000002)])
    assert (count.invented, problems.count) == (1, 1)


def test_one_reply_makes_one_scan(tmp_path: Path) -> None:
    count, _ = served(tmp_path, [reply(1, 1.0)], [scan(1, 1.0), scan(2, 1.0, at=1.1)])
    assert count.invented == 1


def test_a_value_at_another_time_is_another_value(tmp_path: Path) -> None:
    count, _ = served(tmp_path, [reply(1, 1.0)], [scan(1, 1.0, at=9)])
    assert (count.invented, count.unexplained) == (1, 1)


def test_a_failed_scan_explains_one_reply(tmp_path: Path) -> None:
    replies = [reply(1, 1.0, late=True), reply(1.1, 3.0)]
    count, _ = served(tmp_path, replies, [scan(1, at=1.3)])
    assert count.explained == {"failed scan: timeout": 1}
    assert count.unexplained == 1


def test_a_late_reply_taken_for_the_answer_to_a_later_question(tmp_path: Path) -> None:
    entries: list[Entry] = [scan(1, at=1.3), scan(2, 1.0, at=1.8)]
    count, problems = served(tmp_path, [reply(1, 1.0, late=True)], entries)
    assert (count.stale, problems.count) == (1, 1)


@pytest.mark.parametrize(
    ("second", "explained"),
    [
        pytest.param(9.9, True, id="just before the signal"),
        pytest.param(7.0, False, id="long before it"),
    ],
)
def test_what_a_kill_may_take(tmp_path: Path, second: float, *, explained: bool) -> None:
    lives = life("killed", ends=10)
    count, _ = served(tmp_path, [reply(1, 1.0), reply(second, 5.0)], [scan(1, 1.0)], lives)
    assert (count.explained, count.unexplained) == (({"killed": 1}, 0) if explained else ({}, 1))


def test_a_stop_takes_what_is_under_way_and_no_more(tmp_path: Path) -> None:
    replies = [reply(1, 1.0), reply(9.0, 5.0), reply(9.5, 6.0)]
    count, _ = served(tmp_path, replies, [scan(1, 1.0)], life("stopped", ends=10))
    assert (count.explained, count.unexplained) == ({"stopped": 1}, 1)


def test_a_kill_takes_nothing_from_the_middle(tmp_path: Path) -> None:
    replies = [reply(9.7, 5.0), reply(9.8, 6.0)]
    count, _ = served(tmp_path, replies, [scan(1, 6.0, at=9.8)], life("killed", ends=10))
    assert count.unexplained == 1


@pytest.mark.parametrize(
    ("probe", "entries", "unexplained"),
    [
        pytest.param(True, [scan(1, at=1), scan(2, 6.0, at=9.8)], 0, id="after a failure"),
        pytest.param(False, [scan(1, at=1), scan(2, 6.0, at=9.8)], 1, id="no question of a probe"),
        pytest.param(True, [scan(2, 6.0, at=9.8)], 1, id="without a failure"),
        pytest.param(
            True, [scan(1, at=1), scan(2, 4.0, at=8), scan(3, 6.0, at=9.8)], 1, id="good meanwhile"
        ),
    ],
)
def test_a_reply_to_a_probe(
    tmp_path: Path, entries: list[Entry], unexplained: int, *, probe: bool
) -> None:
    taken = [reply(entry.time / S - T0 / S, a) for entry in entries if (a := value_of(entry))]
    question = Question("meter", "all", "read", probe)
    count, _ = served(tmp_path, [*taken, reply(9.5, 5.0)], entries, question=question)
    assert count.unexplained == unexplained
    assert count.explained == ({} if unexplained else {"probe": 1})


def test_a_failure_explains_one_reply_to_a_probe(tmp_path: Path) -> None:
    replies = [reply(9.4, 4.0), reply(9.5, 5.0), reply(9.8, 6.0)]
    entries: list[Entry] = [scan(1, at=1), scan(2, 6.0, at=9.8)]
    question = Question("meter", "all", "read", probe=True)
    count, _ = served(tmp_path, replies, entries, question=question)
    assert (count.explained, count.unexplained) == ({"probe": 1}, 1)


def test_replies_that_are_journalled_in_another_order(tmp_path: Path) -> None:
    replies = [reply(1, 1.0), reply(1.5, 2.0)]
    _, problems = served(tmp_path, replies, [scan(1, 2.0, at=1.5), scan(2, 1.0, at=1)])
    assert problems.count == 1


# At a broker.

EVENT = Event(
    seq=2, time=T0, kind="start", subject="daq", severity="info", text="begins", data={"n": 1}
)
TOPIC = "lab/x/meter/all"


def message(entry: Entry, *, retain: bool = False, **changes: object) -> Seen:
    content: dict[str, Any] = {"seq": entry.seq, "time": rfc3339(entry.time)}
    if isinstance(entry, Scan):
        content["values"] = dict(zip("ab", entry.values, strict=True))
        if any(entry.statuses):
            content["quality"] = dict.fromkeys("ab", "bad: timeout")
        return Seen(TOPIC, retain, again=False, payload=content | changes)
    told = ("kind", "subject", "severity", "text", "data")
    content |= {key: getattr(entry, key) for key in told}
    return Seen("lab/x/_events", retain=False, again=False, payload=content | changes)


ENTRIES: list[Entry] = [scan(1, 1.0), EVENT, scan(3), scan(4, 4.5)]
ALL = [message(entry, retain=True) for entry in ENTRIES]


def published(*seen: Seen, newest: int = 4) -> tuple[Any, Problems]:
    problems = Problems()
    audit = PublishedAudit("broker", Journalled(ENTRIES, {}, {}), problems)
    audit.look(seen)
    return audit.finish([{TOPIC: newest}]), problems


def test_messages_that_agree_with_the_journal() -> None:
    count, problems = published(*ALL, message(ENTRIES[1]))
    assert (count.entries, count.duplicates, problems.count) == (4, 1, 0)


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        ("missing", ALL[:-1]),
        ("differing", [*ALL, message(scan(4, 4.500000000000001))]),
        ("differing", [*ALL, message(ENTRIES[0], time=rfc3339(T0))]),
        ("differing", [*ALL, message(ENTRIES[2], quality={})]),
        ("differing", [*ALL, message(EVENT, text="ends")]),
        ("uncommitted", [*ALL, message(scan(5, 5.0))]),
        ("retained_back", [*ALL, message(ENTRIES[0], retain=True)]),
        ("retained_back", [*ALL, message(ENTRIES[3], retain=True, historical=True)]),
    ],
)
def test_messages_that_do_not(what: str, seen: list[Seen]) -> None:
    count, problems = published(*seen)
    assert getattr(count, what) == 1
    assert problems.count >= 1


def test_an_old_value_that_stays_retained() -> None:
    count, problems = published(*ALL, newest=1)
    assert (count.retained_wrong, problems.count) == (1, 1)
