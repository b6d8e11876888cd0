"""From what the daemon says of its alarms to what is shown, where, and in which order."""

import tomllib

import pytest
from pydantic import TypeAdapter

from daq.alarms.lifecycle import BY_PEOPLE, State
from daq.config.alarm import AlarmConfig
from daq.control.alarms import AlarmStatus
from daq.control.incidents import IncidentStatus
from daq.journal.entry import Scan, Series
from daq.plot.limits import Limit
from daq.web.data.alarms import AlarmNow, alarm_sum, alarms
from daq.web.data.lab import instrument, instruments
from daq.web.data.register import Listed, Register
from daq.web.data.snapshot import Heard, Newest, Snapshot
from daq.web.data.spark import Spark
from daq.web.data.watched import ListedAlarm, Watched, limits_of, listed_alarms
from daq.web.errors import WrongFormError, WrongLinkError
from daq.web.views.alarm.act import SHELVES, understood
from daq.web.views.overview.view import brief
from drivers.model import Status
from tests import status_samples as samples
from tests.journal_samples import series_key

NOW, SECOND = samples.NOW, samples.SECOND

CONFIG = """
[hot]
type = "limit"
channel = "mains.c1"
low = -5.0
high = 60.0
high_high = 75.0
priority = "low"
[trend]
type = "trend"
channel = "mains.group.c2"
below = 10.0
window = "10min"
horizon = "1h"
[both]
type = "combination"
need = "all"
of = ["hot.high", "trend", "both"]
[gone]
type = "silent"
instrument = "probes"
"""


READER: TypeAdapter[dict[str, AlarmConfig]] = TypeAdapter(dict[str, AlarmConfig])


def configured() -> dict[str, AlarmConfig]:
    return READER.validate_python(tomllib.loads(CONFIG))


def alarm(
    name: str,
    state: State = State.UNACKNOWLEDGED,
    priority: str = "medium",
    *,
    active: bool = True,
    raised: int = 60,
) -> AlarmStatus:
    """One that was raised so many seconds ago."""
    return AlarmStatus(
        name=name,
        state=state.value,
        priority=priority,
        active=active,
        since=NOW - SECOND,
        raised=NOW - raised * SECOND,
    )


def snapshot(*found: AlarmStatus, heard: bool = True) -> Snapshot:
    names = ("mains", "probes", "balance")
    newest: dict[tuple[str, str], Newest] = {}
    for name in names:
        key = series_key(name, width=8)
        scan = Scan(1, NOW - SECOND, Series(1, key), (1.5,) * 8, (Status.GOOD,) * 8)
        newest[name, key.group] = Newest(scan, (0,) * 8, (Spark(SECOND),) * 8)
    status = samples.daemon(instruments=[samples.instrument(name) for name in names])
    return Snapshot(
        register=Register(
            site="lab",
            instruments=tuple(Listed(name=name) for name in names),
            alarms=listed_alarms(configured()),
        ),
        version=1,
        time=NOW,
        heard=Heard(status, NOW, alarms=found if heard else None),
        newest=newest,
    )


def test_every_alarm_says_what_it_watches_and_its_limit() -> None:
    listed = {one.name: one for one in listed_alarms(configured())}
    assert list(listed) == ["hot.low", "hot.high", "hot.high-high", "trend", "both", "gone"]
    first = Watched("mains", "c1")
    high, above = listed["hot.high"], listed["hot.high-high"]
    assert (high.channels, high.limit, high.above, high.priority) == ((first,), 60.0, True, "low")
    assert above.priority == "critical"
    assert (listed["hot.low"].limit, listed["hot.low"].above) == (-5.0, False)
    assert (listed["trend"].limit, listed["trend"].above) == (10.0, False)
    assert listed["both"].channels == (first, Watched("mains", "c2", "group"))
    assert listed["both"].limit is None
    assert listed["gone"].channels == (Watched("probes", ""),)


def test_limits_of_a_channel_are_those_of_its_scan_group() -> None:
    listed = listed_alarms(configured())
    assert [limit.value for limit in limits_of(listed, "mains", "any", "c1")] == [-5.0, 60.0, 75.0]
    assert limits_of(listed, "mains", "group", "c2") == (
        Limit("trend", "medium", 10.0, above=False),
    )
    assert limits_of(listed, "mains", "other", "c2") == ()
    assert limits_of(listed, "probes", "any", "c1") == ()


def test_the_most_urgent_come_first_and_of_equals_the_newest() -> None:
    found = alarms(
        snapshot(
            alarm("a", priority="low"),
            alarm("b", priority="high", raised=90),
            alarm("c", priority="high", raised=30),
            alarm("d", priority="critical", raised=900),
        )
    )
    assert [one.name for one in found] == ["d", "c", "b", "a"]
    assert found[0].since == NOW - 900 * SECOND


@pytest.mark.parametrize(
    ("state", "place", "heard"),
    [
        (State.NORMAL, "normal", False),
        (State.UNACKNOWLEDGED, "waiting", True),
        (State.RETURNED, "waiting", False),
        (State.ACKNOWLEDGED, "standing", True),
        (State.SHELVED, "quiet", False),
        (State.SUPPRESSED, "quiet", False),
        (State.OUT_OF_SERVICE, "quiet", False),
    ],
)
def test_each_state_has_its_place(state: State, place: str, *, heard: bool) -> None:
    active = state not in (State.NORMAL, State.RETURNED)
    one = AlarmNow(status=alarm("x", state, active=active), listed=ListedAlarm(name="x"))
    assert (one.place, one.heard) == (place, heard)
    assert " " not in one.state


def test_everybody_is_told_of_what_is_urgent_and_nobody_has_taken_charge_of() -> None:
    told = alarm_sum(
        snapshot(
            alarm("a", priority="low"),
            alarm("b", priority="high"),
            alarm("c", State.RETURNED, priority="critical", active=False),
            alarm("d", State.ACKNOWLEDGED, priority="critical"),
            alarm("e", State.SHELVED, priority="critical"),
            alarm("f", State.NORMAL, active=False),
        )
    )
    assert [one.name for one in told.urgent] == ["c", "b"]
    assert (told.waiting, told.standing, told.quiet, told.normal) == (3, 1, 1, 1)
    assert told.known
    nothing = alarm_sum(snapshot(heard=False))
    assert (nothing.known, nothing.waiting) == (False, 0)


def test_instruments_in_alarm_come_first_and_say_which_channel() -> None:
    now = snapshot(
        alarm("gone", priority="low"),
        alarm("hot.high", State.ACKNOWLEDGED, priority="high"),
        alarm("hot.low", State.SHELVED, priority="critical"),
    )
    found = instruments(now)
    assert [one.name for one in found] == ["mains", "probes", "balance"]
    assert [one.well for one in found] == [False, False, True]
    mains = found[0]
    assert [one.name for one in mains.alarms] == ["hot.high"]
    assert mains.alarmed(mains.groups[0].name, "c1")
    assert not mains.alarmed(mains.groups[0].name, "c2")
    assert [(reading.channel.name, alarmed) for reading, alarmed in brief(mains)][:2] == [
        ("c1", True),
        ("c2", False),
    ]
    assert instrument(snapshot(alarm("hot.high", State.NORMAL, active=False)), "mains") is not None


def test_open_incidents_are_counted() -> None:
    some = (IncidentStatus(id="1", title="x"), IncidentStatus(id="2", title="y", closed=1))
    assert Heard(incidents=some).going == 1
    assert Heard().going == 0


def test_a_form_becomes_a_request() -> None:
    given = {"action": "shelved", "seconds": str(SHELVES[0]), "reason": " repair "}
    asked = understood("hot.high", given, "Ada")
    assert (asked.alarm, asked.action, asked.by) == ("hot.high", "shelved", "Ada")
    assert (asked.reason, asked.seconds) == ("repair", SHELVES[0])
    for action in BY_PEOPLE - {"shelved"}:
        assert understood("x", {"action": action, "reason": "r"}, "Ada").seconds == 0.0
    assert understood("x", {"action": "acknowledged"}, "Ada").reason == ""


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"action": "raised"},
        {"action": "commented", "reason": "  "},
        {"action": "out-of-service"},
        {"action": "acknowledged", "reason": "x" * 201},
        {"action": "commented", "reason": "two\nlines"},
        {"action": "shelved", "reason": "r"},
        {"action": "shelved", "reason": "r", "seconds": "1e9"},
    ],
)
def test_what_is_not_complete_is_refused_in_words(given: dict[str, str]) -> None:
    with pytest.raises(WrongFormError, match=r"\w+ \w+"):
        understood("hot.high", given, "Ada")


def test_a_name_no_alarm_can_have_is_refused() -> None:
    with pytest.raises(WrongLinkError, match="no alarm"):
        understood("x" * 101, {"action": "acknowledged"}, "Ada")
