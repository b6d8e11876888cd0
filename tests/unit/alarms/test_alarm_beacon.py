"""What lamp and horn do for several alarms, and the topics that show them."""

import pytest

from daq.alarms.beacon import Beacon, beacon
from daq.alarms.board import Board, Priority, Sort
from daq.alarms.lifecycle import What
from daq.alarms.roll import MOST_GONE, Roll
from daq.build.present import Picture, names_on_roll
from daq.build.rooms import in_topics, rooms_of_alarms
from daq.config.config import Config
from tests.journal_samples import NOON, NS


def board(**priorities: Priority) -> Board:
    return Board(Sort(name=name, priority=each) for name, each in priorities.items())


def after(*steps: tuple[str, What]) -> Board:
    made = board(oven="low", chamber="high", door="critical")
    for name, what in steps:
        made.apply(name, what, NOON, until=NOON + NS)
    return made


@pytest.mark.parametrize(
    ("steps", "lamp", "horn", "alarm"),
    [
        ((), "off", False, ""),
        ((("oven", "raised"),), "flashing", True, "oven"),
        ((("oven", "raised"), ("oven", "acknowledged")), "steady", False, "oven"),
        ((("oven", "raised"), ("oven", "acknowledged"), ("oven", "returned")), "off", False, ""),
        ((("oven", "raised"), ("oven", "returned")), "flashing", True, "oven"),  # locked in
        (
            (("oven", "raised"), ("oven", "returned"), ("oven", "acknowledged")),
            "off",
            False,
            "",
        ),
        ((("oven", "raised"), ("chamber", "raised")), "flashing", True, "chamber"),
        (
            (("chamber", "raised"), ("chamber", "acknowledged"), ("oven", "raised")),
            "flashing",
            True,
            "oven",  # what waits for somebody comes before what is worse and taken care of
        ),
        ((("door", "raised"), ("door", "shelved")), "off", False, ""),
        ((("door", "out-of-service"), ("door", "raised")), "off", False, ""),
    ],
)
def test_sequence_a(
    steps: tuple[tuple[str, What], ...], lamp: str, alarm: str, *, horn: bool
) -> None:
    worst = beacon(after(*steps))
    assert (worst.lamp, worst.horn, worst.alarm) == (lamp, horn, alarm)


def test_a_beacon_counts() -> None:
    made = after(("oven", "raised"), ("oven", "returned"), ("chamber", "raised"))
    assert beacon(made) == Beacon(
        lamp="flashing", priority="high", alarm="chamber", unacknowledged=2, active=1
    )


def test_a_roll_remembers_what_is_gone_until_it_is_back() -> None:
    roll = Roll().renewed(["a", "b", "@hall"]).renewed(["b"])
    assert roll == Roll(("b",), ("a", "@hall"))
    assert roll.renewed(["b", "a"]) == Roll(("b", "a"), ("@hall",))
    many = Roll(tuple(map(str, range(2 * MOST_GONE)))).renewed([])
    assert (len(many.gone), many.gone[-1]) == (MOST_GONE, str(2 * MOST_GONE - 1))


def test_topics_of_alarms_and_of_their_rooms() -> None:
    made = after(("chamber", "raised"))
    rooms = {"chamber": frozenset({"hall"}), "oven": frozenset({"hall", "cellar"})}
    picture = Picture()
    found = picture.present(made, {}, rooms, ["chamber", "gone", "@attic"])
    assert found.gone == {"_alarms/_state/gone", "_alarms/_beacon/attic"}
    assert found.topics["_alarms/_state/chamber"] == {
        "alarm": "chamber",
        "state": "unacknowledged",
        "priority": "high",
        "active": True,
        "unacknowledged": True,
    }
    beacons = {
        path: content["state"] for path, content in found.topics.items() if "lamp" in content
    }
    assert beacons == {
        "_beacon": "unacknowledged",
        "_alarms/_beacon/cellar": "normal",
        "_alarms/_beacon/hall": "unacknowledged",
    }
    made.apply("oven", "raised", NOON)
    later = picture.present(made, {}, rooms, [])
    changed = {path for path in later.topics if later.topics[path] != found.topics.get(path)}
    assert changed == {
        "_alarms/_state/oven",
        "_beacon",
        *(f"_alarms/_beacon/{each}" for each in ("cellar", "hall")),
    }
    assert names_on_roll(made, rooms) == ("oven", "chamber", "door", "@cellar", "@hall")


def test_alarms_are_where_their_instruments_are() -> None:
    group = {"all": {"interval": "1s"}}
    stand = {"profile": "binder-mb1", "bus": "b", "unit": 1, "group": group}
    limit = {"type": "limit", "high": 1}
    config = Config.model_validate(
        {
            "site": {"name": "lab"},
            "bus": {"b": {"address": "127.0.0.1:502"}},
            "instrument": {
                "one": stand | {"room": "Hall 2 / east"},
                "two": stand | {"room": "试验室"},
                "three": stand,
            },
            "alarm": {
                "hot": limit | {"channel": "one.temperature"},
                "cold": limit | {"channel": "two.all.temperature"},
                "mute": {"type": "silent", "instrument": "one"},
                "away": {"type": "silent", "daemon": True},
                "dry": limit | {"channel": "three.temperature"},
                "both": {"type": "combination", "need": "all", "of": ["hot.high", "cold.high"]},
                "loop": {"type": "combination", "need": "all", "of": ["loop", "dry.high"]},
            },
        },
        context={},
    )
    assert rooms_of_alarms(config) == {
        "hot.high": {"Hall-2-east"},
        "cold.high": {"试验室"},
        "mute": {"Hall-2-east"},
        "both": {"Hall-2-east", "试验室"},
    }


@pytest.mark.parametrize(
    ("room", "level"), [("a+b/#c", "a-b-c"), ("  ", ""), ("Lab 2.1", "Lab-2.1"), ("/", "")]
)
def test_a_room_is_one_level_of_a_topic(room: str, level: str) -> None:
    assert in_topics(room) == level
