"""Which alarms a lamp is for, what goes to its coils, and what is told of it."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from daq.alarms.beacon import Beacon
from daq.alarms.board import Board, Sort
from daq.annunciator.choice import Choice
from daq.annunciator.coils import CoilAnnunciator, Places
from daq.annunciator.diary import Diary
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data
from drivers.errors import ReplyTimeoutError
from tests.journal_samples import NOON, NS

FLASHING = Beacon(lamp="flashing", priority="high", alarm="hot", unacknowledged=1, active=1)
STEADY = Beacon(lamp="steady", priority="high", alarm="hot", active=1)
OFF = Beacon()


class Events:
    """What the journal would get; its clock goes on by a second with each look."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Data]] = []
        self._now = NOON

    def clock(self) -> int:
        self._now += NS
        return self._now

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        assert (subject, time) == ("tower", None)
        assert (severity == "error") == kind.endswith("failed")
        self.told.append((kind.removeprefix("annunciator-"), text, data or {}))
        return len(self.told)


class Writer:
    """Keeps what is wanted."""

    def __init__(self, told: Callable[[Exception | None], None]) -> None:
        self.told = told
        self.wanted: list[tuple[Mapping[int, bool], Sequence[int]]] = []

    def want(self, steady: Mapping[int, bool], flashing: Sequence[int] = ()) -> None:
        self.wanted.append((steady, flashing))


@pytest.mark.parametrize(
    ("priorities", "groups", "alarm"),
    [
        ({"critical", "high"}, set[str](), "hot"),
        ({"low"}, set[str](), "dusty"),
        ({"low", "high"}, {"air"}, "dusty"),
        ({"critical"}, set[str](), ""),
        ({"high"}, {"air"}, ""),
    ],
)
def test_it_is_for_some_priorities_and_groups(
    priorities: set[str], groups: set[str], alarm: str
) -> None:
    board = Board(
        [
            Sort(name="hot", priority="high", group="heat"),
            Sort(name="dusty", priority="low", group="air"),
        ]
    )
    for name in ("hot", "dusty"):
        board.apply(name, "raised", NOON)
    assert Choice(frozenset(priorities), frozenset(groups)).beacon(board).alarm == alarm


@pytest.mark.parametrize(
    ("places", "beacon", "steady", "flashing"),
    [
        (Places(0, 1), FLASHING, {1: True, 0: True}, ()),
        (Places(0, 1, flash=True), FLASHING, {1: True}, (0,)),
        (Places(0, 1, flash=True), STEADY, {1: False, 0: True}, ()),
        (Places(0, 1, flash=True), OFF, {1: False, 0: False}, ()),
        (Places(None, 7), FLASHING, {7: True}, ()),
        (Places(None, 7, flash=True), FLASHING, {7: True}, ()),
        (Places(3, None), STEADY, {3: True}, ()),
    ],
)
def test_what_goes_to_the_coils(
    places: Places, beacon: Beacon, steady: dict[int, bool], flashing: tuple[int, ...]
) -> None:
    assert places.steady(beacon) == steady
    assert list(places.steady(beacon)) == list(steady), "the horn first"
    assert places.flashing(beacon) == flashing


def test_each_change_is_told_once_and_each_fault_when_it_begins_and_ends() -> None:
    events = Events()
    diary = Diary("tower", events, events.clock)
    for beacon in (OFF, OFF, FLASHING):
        diary.did(beacon)
    diary.failed("unit 1: no reply", STEADY)
    diary.failed("unit 1: no reply", STEADY)
    assert diary.trouble == "unit 1: no reply"
    diary.did(STEADY)
    assert [(kind, text) for kind, text, _ in events.told] == [
        ("switched", "tower: lamp off, horn off"),
        ("switched", "tower: lamp flashing, horn on, high hot"),
        (
            "failed",
            "tower may not show that the lamp should be steady: unit 1: no reply",
        ),
        ("restored", "tower does what it should again"),
        ("switched", "tower: lamp steady, horn off, high hot"),
    ]
    assert events.told[3][2] == {"seconds": 1.0, "count": 2}
    assert not diary.trouble


def test_only_what_names_alarms_tells_of_another_one() -> None:
    other = Beacon(lamp="flashing", priority="critical", alarm="fire")
    for names, count in ((False, 1), (True, 2)):
        events = Events()
        diary = Diary("tower", events, events.clock, names=names)
        diary.did(FLASHING)
        diary.did(other)
        assert len(events.told) == count


def test_a_new_writer_is_told_what_is_wanted_now() -> None:
    events = Events()
    board = Board([Sort(name="hot", priority="high")])
    tower = CoilAnnunciator(
        Diary("tower", events, events.clock), Choice(frozenset({"high"})), Places(0, 1)
    )
    first = tower.attach(Writer)
    first.told(None)  # nobody has said yet what the alarms are like
    tower.hear(board)
    tower.hear(board)
    assert first.wanted == [({1: False, 0: False}, ())]
    first.told(None)
    board.apply("hot", "raised", NOON)
    tower.hear(board)
    first.told(ReplyTimeoutError("no reply"))
    second = tower.attach(Writer)  # its bus was started anew
    assert second.wanted == [({1: True, 0: True}, ())]
    second.told(None)
    assert [kind for kind, _, _ in events.told] == ["switched", "failed", "restored", "switched"]
