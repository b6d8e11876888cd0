"""While alarms flood people are told how many there are, and afterwards of what still waits."""

from typing import get_args

import pytest

from daq.notification.flood import FEW
from daq.notification.kinds import USUAL
from daq.notification.message import Message
from daq.notification.recipient import Language, Place, Recipient
from daq.notification.words import compose
from tests.notification_samples import House, policy, recipient

MANY = {f"a{n:02}": "high" if n % 2 else "medium" for n in range(12)}
LATER = {f"b{n}": "medium" for n in range(6)}


def house(*recipients: Recipient, **settings: object) -> House:
    alarms = {**MANY, **LATER, "fire": "critical", "dry": "low"}
    return House(policy(*recipients, **settings), alarms)  # pyright: ignore[reportArgumentType]


def flood(lab: House) -> None:
    """A dozen at once, and the flood that they make."""
    for name in MANY:
        lab.alarm(name, "raised")
    lab.flood("began")


def newest(lab: House, who: Recipient) -> Message:
    """What would be sent of all that is open."""
    return compose(lab.rules.policy, who, lab.matters, flooded=lab.ledger.flooded)


def told(lab: House, name: str = "li") -> dict[str, str]:
    """What somebody knows in the end of each alarm or event."""
    return dict(lab.stages(name))


def test_new_alarms_are_counted_and_the_first_is_named() -> None:
    lab = house(recipient(events=frozenset(USUAL)))
    flood(lab)
    lab.turn(1)
    assert [title for _, title in lab.messages] == ["[lab] Flood of alarms: 12 new, the first: a00"]
    known = told(lab)
    assert (known["a00"], known["daq"]) == ("raised", "raised")
    assert {known[name] for name in MANY if name != "a00"} == {"counted"}
    for _ in range(3):
        lab.turn(60)
    assert len(lab.messages) == 1


def test_what_it_says_in_each_language() -> None:
    lab = house(recipient())
    flood(lab)
    lab.take()
    english, chinese = (newest(lab, recipient(language=each)) for each in get_args(Language))
    assert english.body.splitlines()[:5] == [
        "MEDIUM #14 Flood of alarms: daq",
        "    flood-began of daq",
        "12 new alarms since 2026-11-23 12:00:00: 6 HIGH, 6 MEDIUM; the first of them:",
        "MEDIUM #2 a00: since 2026-11-23 12:00:00, not acknowledged",
        "    saw it",
    ]
    assert "they are counted until it is over, critical ones are named." in english.body
    assert chinese.title == "[lab] 报警泛滥：新增 12 条，首条：a00"
    assert "新增报警 12 条：高 6 条, 中 6 条；首条：" in chinese.body


def test_critical_ones_are_named_and_head_the_message() -> None:
    lab = house(recipient())
    flood(lab)
    lab.alarm("fire", "raised")
    lab.turn(1)
    assert lab.messages[0][1] == (
        "[lab] 13 messages, the most urgent: Fire in the oven (fire) raised"
    )
    assert told(lab)["fire"] == "raised"
    lab.alarm("fire", "acknowledged")
    lab.alarm("a00", "acknowledged")
    lab.alarm("a01", "acknowledged")
    lab.turn(1)
    assert told(lab) | {"fire": "acknowledged", "a00": "acknowledged"} == told(lab)
    assert told(lab)["a01"] == "counted", "how it went on with what has no name is no news"


def test_what_can_wait_does_and_what_still_waits_is_named_when_it_is_over() -> None:
    lab = house(recipient(events=frozenset(USUAL)))
    flood(lab)
    lab.alarm("dry", "raised")
    lab.turn(1)
    for name in LATER:
        lab.alarm(name, "raised")
    lab.turn(60)
    assert "dry" not in told(lab)
    assert lab.messages[1:] == [("li", "[lab] Flood of alarms: 6 new, the first: b0")]
    for name in (*MANY, *LATER):
        if name not in ("a03", "b4"):
            lab.alarm(name, "acknowledged")
    lab.flood("over")
    lab.turn(60)
    assert lab.messages[-1][1] == "[lab] 6 messages, the most urgent: a03 raised"
    known = told(lab)
    assert [known[name] for name in ("a03", "b4", "dry", "daq")] == ["raised"] * 3 + ["over"]
    assert known["a01"] == "counted"
    lab.alarm("a01", "returned")
    lab.alarm("a01", "raised")
    lab.turn(60)
    assert told(lab)["a01"] == "raised", "and one by one from now on"
    assert lab.messages[-1][1] == "[lab] HIGH: a01 raised"


def test_to_who_has_few_of_them_it_is_no_flood() -> None:
    near = {f"a{n:02}": Place(rooms=frozenset({"1"})) for n in range(FEW)}
    places = {name: Place() for name in (*MANY, *LATER)} | near
    lab = house(recipient(rooms=frozenset({"1"})), alarms=places)
    flood(lab)
    lab.turn(1)
    assert lab.stages("li") == [("a01", "raised"), ("a00", "raised"), ("a02", "raised")]


def test_the_alarm_that_tells_of_the_flood_is_named() -> None:
    lab = house(recipient(), floods=frozenset({"a11"}))
    flood(lab)
    lab.turn(1)
    assert told(lab)["a11"] == "raised"
    assert lab.messages == [("li", "[lab] Flood of alarms: 11 new, the first: a00")]


@pytest.mark.parametrize("orderly", [True, False])
def test_a_restart_in_a_flood_neither_names_nor_counts_again(*, orderly: bool) -> None:
    lab = house(recipient())
    flood(lab)
    lab.turn(1)
    lab.restart(orderly=orderly)
    lab.turn(3600)
    assert lab.ledger.flooded
    assert len(lab.messages) == 1
    lab.flood("over")
    lab.turn(1)
    assert set(told(lab).values()) == {"raised"}
    assert len(lab.messages) == 2


def test_who_is_told_when_nobody_comes_is_told_of_a_flood_as_of_one() -> None:
    lab = house(recipient("chief", after=60 * 10**9))
    flood(lab)
    lab.turn(59)
    assert lab.messages == []
    lab.turn(2)
    assert lab.messages == [("chief", "[lab] Flood of alarms: 12 new, the first: a00")]
