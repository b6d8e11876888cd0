"""Each rule against a series with a known answer: the scan at which it turns, counted from 1."""

from collections.abc import Callable, Sequence

import pytest

from daq.alarms.board import Sort
from daq.alarms.conditions.change import Change
from daq.alarms.conditions.combination import Combination
from daq.alarms.conditions.condition import Condition
from daq.alarms.conditions.deviation import Deviation, Side
from daq.alarms.conditions.equals import Equals
from daq.alarms.conditions.flat import Flat
from daq.alarms.conditions.limit import Limit
from daq.alarms.conditions.quality import QualityIs
from daq.alarms.conditions.stale import Stale
from daq.alarms.engine import Engine
from daq.alarms.errors import AlarmError
from daq.alarms.rule import Point, Rule, Settings
from daq.journal.entry import Entry
from drivers.model import Quality, Status, Value
from tests.alarm_samples import event, scan, scans, series
from tests.journal_samples import NS

CHAMBER = series()
TEMPERATURE = Point("chamber", "temperature")


def rule(condition: Condition, name: str = "x", on: float = 0, off: float = 0) -> Rule:
    settings = Settings(
        sort=Sort(name=name),
        points=(TEMPERATURE,),
        on_delay=round(on * NS),
        off_delay=round(off * NS),
    )
    return Rule(settings, condition)


def turns(rules: Sequence[Rule], entries: Sequence[Entry]) -> list[tuple[int, str, str]]:
    engine = Engine(rules)
    return [(e.seq, turn.name, turn.what) for e in entries for turn in engine.feed(e)]


def edges(one: Rule, values: Sequence[Value]) -> list[int]:
    """The numbers of the scans at which it is raised, returned, raised ..."""
    found = turns([one], scans(CHAMBER, values))
    assert [what for _, _, what in found] == ["raised", "returned"][: len(found)] or all(
        what == ("raised", "returned")[n % 2] for n, (_, _, what) in enumerate(found)
    )
    return [seq for seq, _, _ in found]


LIMITS: list[tuple[str, Callable[[], Rule], list[Value], list[int]]] = [
    ("at the limit is allowed", lambda: rule(Limit(40, above=True)), [40, 40.1, 40], [2, 3]),
    ("below", lambda: rule(Limit(5, above=False)), [5, 4.9, 5], [2, 3]),
    (
        "back by the dead-band",
        lambda: rule(Limit(40, above=True, dead_band=1)),
        [41, 39.5, 39.1, 39, 39.5, 40.5],
        [1, 4, 6],
    ),
    ("on-delay to the scan", lambda: rule(Limit(0, above=True), on=3), [0, 1, 1, 1, 1], [5]),
    ("too short for the delay", lambda: rule(Limit(0, above=True), on=3), [1, 1, 1, 0, 1, 1], []),
    ("off-delay", lambda: rule(Limit(0, above=True), off=2), [1, 0, 1, 0, 0, 0], [1, 6]),
    ("bad changes nothing", lambda: rule(Limit(0, above=True)), [1, None, None, 0], [1, 4]),
    ("text is no number", lambda: rule(Limit(0, above=True)), ["1", 1], [2]),
    ("rise", lambda: rule(Change(2 * NS, rise=1)), [0, 0.5, 1, 1.6, 2.0, 2.0, 2.0], [4, 5]),
    ("fall", lambda: rule(Change(NS, fall=1)), [9, 8, 6.9, 6.9], [3, 4]),
    ("flat", lambda: rule(Flat(3 * NS, 0.125)), [1, 2, 2, 2.125, 2, 2, 3], [5, 7]),
    ("a gap is not flat", lambda: rule(Flat(2 * NS)), [1, 1, None, 1, 1, 1], [6]),
    ("quality", lambda: rule(QualityIs()), [1, None, 1], [2, 3]),
    ("a state", lambda: rule(Equals([True, "run"])), [1, True, "run", "off"], [2, 4]),
]


@pytest.mark.parametrize(
    ("make", "values", "answer"), [case[1:] for case in LIMITS], ids=[case[0] for case in LIMITS]
)
def test_turns_at_the_scan(
    make: Callable[[], Rule], values: list[Value], answer: list[int]
) -> None:
    assert edges(make(), values) == answer


def test_an_uncertain_reading_is_judged_and_its_quality_can_be_asked_for() -> None:
    entries = [scan(CHAMBER, 1, 0, 50.0, status=Status.UNSTABLE)]
    rules = [rule(Limit(40, above=True)), rule(QualityIs(Quality.UNCERTAIN), "y")]
    assert [name for _, name, _ in turns(rules, entries)] == ["x", "y"]


def test_a_quality_for_a_reason_is_no_other() -> None:
    one = rule(QualityIs(reasons=[Status.SENSOR_BREAK]))
    statuses = [Status.TIMEOUT, Status.SENSOR_BREAK, Status.GOOD]
    entries = [scan(CHAMBER, n, n, None, status=s) for n, s in enumerate(statuses, 1)]
    assert turns([one], entries) == [(2, "x", "raised"), (3, "x", "returned")]


def test_silence_is_found_by_the_time_of_other_entries_and_ends_with_a_reading() -> None:
    other = series("meter", "u", number=2)
    entries = [
        scan(CHAMBER, 1, 0, 20.0),
        scan(other, 2, 4.9, 1.0),
        scan(CHAMBER, 3, 5.0, None, status=Status.TIMEOUT),
        scan(other, 4, 9.0, 1.0),
        scan(CHAMBER, 5, 10.0, 20.0),
    ]
    assert turns([rule(Stale(5 * NS))], entries) == [(3, "x", "raised"), (5, "x", "returned")]


def test_while_the_daemon_was_away_nobody_was_silent() -> None:
    entries = [
        scan(CHAMBER, 1, 0, 20.0),
        event("start", 2, 3600),
        scan(CHAMBER, 3, 3604.9, 20.0),
        event("stop", 4, 3609.8),
        event("stop", 5, 3609.9),
    ]
    found = turns([rule(Stale(5 * NS))], entries)
    assert found == [(2, "x", "raised"), (3, "x", "returned"), (5, "x", "raised")]


def test_a_clock_that_is_set_makes_nothing_old_and_ends_no_delay() -> None:
    entries = [
        scan(CHAMBER, 1, 0, 20.0),
        scan(CHAMBER, 2, 1, 50.0),
        event("clock-stepped", 3, 3602, seconds=3600),
        scan(CHAMBER, 4, 3603, 50.0),
        event("clock-stepped", 5, 4, seconds=-3600),
        scan(CHAMBER, 6, 5, 50.0),
        scan(CHAMBER, 7, 6, 50.0),
    ]
    rules = [rule(Stale(4 * NS), "silent"), rule(Limit(40, above=True), "hot", on=5)]
    assert turns(rules, entries) == [(7, "hot", "raised")]


def deviation(by: float, settle: float = 0, dead_band: float = 0) -> Rule:
    points = (TEMPERATURE, Point("chamber", "set_point"))
    condition = Deviation(by, dead_band, round(settle * NS))
    return Rule(Settings(sort=Sort(name="x"), points=points), condition)


def follow(one: Rule, pairs: Sequence[tuple[float, float]]) -> list[int]:
    both = series("chamber", "temperature", "set_point", number=3)
    entries = [scan(both, n, n, *pair) for n, pair in enumerate(pairs, 1)]
    return [seq for seq, _, _ in turns([one], entries)]


def test_a_chamber_that_does_not_follow_its_programme() -> None:
    assert follow(deviation(2), [(20, 20), (22, 20), (22.1, 20), (18, 20)]) == [3, 4]
    assert follow(deviation(2, dead_band=1), [(23, 20), (21.5, 20), (21, 20)]) == [1, 3]


@pytest.mark.parametrize(("side", "answer"), [("above", [1, 2]), ("below", [3, 4])])
def test_it_may_be_off_on_one_side(side: Side, answer: list[int]) -> None:
    one = Rule(deviation(2).settings, Deviation(2, side=side))
    assert follow(one, [(23, 20), (20, 20), (17, 20), (20, 20)]) == answer


def test_after_a_jump_of_the_set_point_it_has_time_to_settle() -> None:
    jump = [(20, 20), (21, 40), (25, 40), (30, 40), (35, 40)]
    assert follow(deviation(2), jump) == [2]
    assert follow(deviation(2, settle=3), jump) == [5]
    assert follow(deviation(2, settle=60), [*jump, (39, 40), (35, 40)]) == [7], "it had arrived"


def test_a_ramp_of_small_steps_is_followed_all_the_time() -> None:
    ramp = [(20.0, 20 + n) for n in range(6)]
    assert follow(deviation(2.5, settle=60), ramp) == [4]


def member(name: str, limit: float) -> Rule:
    return rule(Limit(limit, above=True), name)


def combined(need: str, within: float = 0, **more: str) -> Rule:
    settings = Settings(sort=Sort(name="both"), members=("a", "b"), **more)  # pyright: ignore[reportArgumentType]
    condition = Combination(need, ("a", "b"), round(within * NS))  # pyright: ignore[reportArgumentType]
    return Rule(settings, condition)


@pytest.mark.parametrize(
    ("need", "values", "answer"),
    [
        ("all", [0, 11, 21, 11, 0], [3, 4]),
        ("any", [0, 11, 21, 11, 0], [2, 5]),
        ("none", [0, 11, 0], [1, 2, 3]),
    ],
)
def test_rules_are_combined(need: str, values: list[Value], answer: list[int]) -> None:
    rules = [combined(need), member("b", 20), member("a", 10)]
    found = turns(rules, scans(CHAMBER, values))
    assert [seq for seq, name, _ in found if name == "both"] == answer


def test_within_a_time_of_each_other_and_the_end_needs_no_reading_of_theirs() -> None:
    low = Rule(Settings(sort=Sort(name="b"), points=(TEMPERATURE,)), Limit(0, above=False))
    other = series("meter", "u", number=2)
    entries = [
        scan(CHAMBER, 1, 0, 11.0),
        scan(CHAMBER, 2, 1, 5.0),
        scan(CHAMBER, 3, 2, -1.0),
        scan(other, 4, 3.9, 0.0),
        scan(other, 5, 4.0, 0.0),
    ]
    rules = [combined("all", within=3), member("a", 10), low]
    found = [(seq, what) for seq, name, what in turns(rules, entries) if name == "both"]
    assert found == [(3, "raised"), (5, "returned")]


@pytest.mark.parametrize(("how", "shut"), [("when", 0.0), ("unless", 1.0)])
def test_enabled_only_in_a_state(how: str, shut: float) -> None:
    both = series("chamber", "temperature", "run", number=3)
    run = Rule(Settings(sort=Sort(name="run"), points=(Point("chamber", "run"),)), Equals([1.0]))
    hot = Rule(
        Settings(sort=Sort(name="hot"), points=(TEMPERATURE,), **{how: "run"}),  # pyright: ignore[reportArgumentType]
        Limit(40, above=True),
    )
    states = [shut, 1 - shut, 1 - shut, shut, 1 - shut]
    temperatures = [50.0, 50.0, 20.0, 50.0, 50.0]
    entries = [
        scan(both, n, n, t, s) for n, (t, s) in enumerate(zip(temperatures, states, strict=True), 1)
    ]
    found = [(seq, what) for seq, name, what in turns([hot, run], entries) if name == "hot"]
    assert found == [
        (1, "suppressed"),
        (2, "unsuppressed"),
        (2, "raised"),
        (3, "returned"),
        (4, "suppressed"),
        (5, "unsuppressed"),
        (5, "raised"),
    ]


def test_rules_that_need_each_other_in_a_circle_are_refused_by_name() -> None:
    one = Rule(Settings(sort=Sort(name="a"), points=(TEMPERATURE,), when="b"), Flat(1))
    two = Rule(Settings(sort=Sort(name="b"), points=(TEMPERATURE,), when="a"), Flat(1))
    with pytest.raises(AlarmError, match=r"in a circle: (a needs b needs a|b needs a needs b)"):
        Engine([one, two])


def test_a_replay_gives_the_same_as_the_life() -> None:
    values: list[Value] = [n * 7919 % 97 / 10 if n % 11 else None for n in range(400)]

    def made() -> list[Rule]:
        return [
            rule(Limit(5, above=True, dead_band=1), "a", on=2, off=1),
            rule(Change(5 * NS, rise=6), "b"),
            rule(QualityIs(), "c"),
            combined("any", within=2),
        ]

    entries = scans(CHAMBER, values)
    assert turns(made(), entries) == turns(made(), entries) != []


@pytest.mark.parametrize(
    ("held", "words"),
    [("ab", "all of a, b"), ("", "none of a, b"), ("b", "of a, b: b")],
)
def test_a_combination_says_which_of_its_rules_hold(held: str, words: str) -> None:
    condition = Combination("any", ("a", "b"))
    for place, name in enumerate("ab"):
        condition.feed(place, NS, name in held, Status.GOOD)
    condition.holds(NS)
    assert condition.words() == words
