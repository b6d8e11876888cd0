"""Which events are looked for, and when the faults they tell of were over."""

from daq.web.data.events.about import Subjects, subjects
from daq.web.data.events.brief import Brief, read_brief
from daq.web.data.events.ends import End, Ends, lasted
from daq.web.data.events.kinds import BEGINS, TOPICS
from daq.web.data.events.wanted import Wanted, terms_of
from daq.web.data.register import Listed, Register
from daq.web.data.snapshot import Heard, Snapshot
from daq.web.text import Text
from daq.web.views.events.choices import Choices, choices
from daq.web.visit import Visit
from tests import status_samples as samples

NOW, SECOND = samples.NOW, samples.SECOND

FAULT = Brief(
    "instrument-fault", "furnace", "warning", "unit 2: no reply", {"reason": "timeout", "n": 7}
)


def chosen(**said: tuple[str, ...]) -> Choices:
    snapshot = Snapshot(register=Register(site="lab"), time=NOW)
    visit = Visit(snapshot=snapshot, now=NOW, text=Text("en"), path={}, choices=said)
    return choices(visit, Subjects(instruments=("furnace",), titles={"furnace": "Tube furnace"}))


def finds(**said: tuple[str, ...]) -> bool:
    """Whether the fault is found now."""
    return chosen(**said).wanted.wants(FAULT, NOW)


def test_every_word_must_be_somewhere_in_the_event() -> None:
    for text in ("no reply", "NO unit", "timeout", "furn", "instrument-f", "7", "  "):
        assert finds(text=(text,)), text
    for text in ("no answer", "reply furnace2", "reason"):  # names of particulars are not said
        assert not finds(text=(text,)), text


def test_words_are_names_people_use_in_either_language() -> None:
    for text in ("tube", "Tube furnace reply", "仪器故障", "at fault", "故障 timeout"):
        assert finds(text=(text,)), text
    assert not finds(text=("总线",))


def test_choices_narrow() -> None:
    assert finds(kind=("bus-lost", "instrument-fault"), severity=("warning",), about=("furnace",))
    assert not finds(kind=("bus-lost",))
    assert not finds(severity=("error",))
    assert not finds(about=("probes",))
    assert finds(kind=("",), about=("",), severity=("absurd",))  # as an empty form says it


def test_periods_include_their_start_and_not_their_end() -> None:
    noon = ("2026-11-23T12:00:00Z",)
    since, until = chosen(**{"from": noon}).wanted, chosen(to=noon).wanted
    assert (since.wants(FAULT, NOW), since.wants(FAULT, NOW - 1)) == (True, False)
    assert (until.wants(FAULT, NOW), until.wants(FAULT, NOW - 1)) == (False, True)
    last_hour = chosen(**{"from": ("-1h",)}, to=("now",)).wanted
    assert last_hour.wants(FAULT, NOW - 3600 * SECOND)
    assert not last_hour.wants(FAULT, NOW - 3601 * SECOND)


def test_a_period_that_is_none_is_told() -> None:
    assert chosen(to=("tomorrow",)).wrong == "tomorrow"
    assert not chosen(to=("tomorrow",)).sound
    backwards = chosen(**{"from": ("-1h",)}, to=("-2h",))
    assert backwards.reversed
    assert not backwards.sound
    assert chosen().sound


def test_only_the_newest_page_up_to_now_is_live() -> None:
    assert chosen().live
    assert chosen(to=("now",)).live
    assert not chosen(to=("2026-11-23",)).live
    assert not chosen(before=("4711",)).live
    assert chosen(before=("4711",)).before == 4711
    for absurd in ("-1", "x", "9" * 40, "٣"):
        assert chosen(before=(absurd,)).before == 0


def test_so_many_words_kinds_and_names_and_no_more() -> None:
    many = chosen(text=("word " * 1000,), kind=tuple(map(str, range(1000))))
    assert len(many.wanted.terms) == 10
    assert len(many.wanted.kinds) == 50
    assert terms_of("a b c", {}, {}, 2) == terms_of("a b", {}, {}, 9)
    assert not chosen().narrowed
    assert chosen(text=("x",)).narrowed


def test_what_an_event_may_be_about() -> None:
    register = Register(site="lab", instruments=(Listed(name="b", title="A"), Listed(name="c")))
    status = samples.daemon(instruments=[samples.instrument("c")])
    found = subjects(Snapshot(register=register, heard=Heard(status, NOW)))
    assert found.instruments == ("b", "c")
    assert set(found.buses) == {one.name for one in status.buses}
    assert set(found.sinks) == {one.name for one in status.sinks}
    assert {"daq", "journal", "b"} < found.all


def see(ends: Ends, *kinds: str, subject: str = "x") -> list[End | None]:
    """The newest first, a second apart."""
    return [ends.see(kind, subject, NOW - number * SECOND, {}) for number, kind in enumerate(kinds)]


def test_a_fault_is_over_with_the_next_end_of_the_same_subject() -> None:
    ends = Ends(complete=True)
    found = see(ends, "bus-restored", "bus-lost", "bus-restored", "bus-lost", "bus-lost")
    assert found[1] == End(NOW)
    assert found[3] == found[4] == End(NOW - 2 * SECOND)  # a fault that changed its kind
    assert see(Ends(complete=True), "sink-restored", "bus-lost")[1] == End(0)
    other = Ends(complete=True)
    see(other, "bus-restored", subject="y")
    assert see(other, "bus-lost") == [End(0)]


def test_a_fault_goes_on_only_where_nothing_can_have_been_missed() -> None:
    assert see(Ends(complete=True), "bus-lost") == [End(0)]
    assert see(Ends(complete=False), "bus-lost") == [None]
    for kind in ("start", "stop"):
        assert see(Ends(complete=True), kind, "bus-lost")[1] is None
        assert see(Ends(complete=True), "bus-restored", kind, "bus-lost")[2] is None
    leapt = Ends(complete=True)
    see(leapt, "bus-restored")
    leapt.leap()
    assert see(leapt, "bus-lost") == [None]


def test_an_alarm_outlasts_the_daemon() -> None:
    found = see(Ends(complete=True), "alarm-returned", "start", "stop", "alarm-raised")
    assert found[3] == End(NOW)


def test_a_reload_ends_what_it_restarts_without_an_end() -> None:
    for data, known in (({"restarted": "bus x"}, None), ({"applied": "site.title"}, End(0))):
        ends = Ends(complete=True)
        ends.see("configuration-changed", "daq", NOW, data)
        assert ends.see("bus-lost", "x", NOW - SECOND, {}) == known


def test_how_long_it_lasted_is_what_the_event_says() -> None:
    assert lasted("bus-restored", {"seconds": 12.5}) == 12.5
    assert lasted("sink-restored", {"outage_s": 3}) == 3.0
    assert lasted("bus-restored", {"seconds": None}) is None
    assert lasted("instrument-silent", {"seconds": 60}) is None  # that is not over


def test_a_fault_has_one_length_whichever_event_is_asked() -> None:
    ends = Ends(complete=True)
    ends.see("bus-restored", "x", NOW, {"seconds": 60.4})
    for after, length in ((60, 60.4), (30, 30.0)):  # then it had changed its kind meanwhile
        end = ends.see("bus-lost", "x", NOW - after * SECOND, {})
        assert end is not None
        assert end.after(NOW - after * SECOND) == length


def test_every_pair_is_of_known_kinds_and_one_topic() -> None:
    for end, begin in BEGINS.items():
        assert TOPICS[end] == TOPICS[begin]


def test_what_cannot_be_read_quickly_takes_a_closer_look() -> None:
    body = b'{"kind":"a","subject":"b","severity":"info","text":"c","data":{}}'
    assert read_brief(body) == Brief("a", "b", "info", "c")
    for damaged in (b"", b"{", body[:-1], body.replace(b'"a"', b"1"), body.replace(b"c", b"\xff")):
        assert read_brief(damaged) is None
    assert Wanted().wants(FAULT, 0)
