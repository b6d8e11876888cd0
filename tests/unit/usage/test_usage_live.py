"""What is told of the moment adds up, scan by scan."""

from decimal import Decimal

import msgspec
import pytest

from daq.journal.entry import Event, Scan, Series
from daq.runs.book import Book
from daq.runs.happening import Ended, Happening, Started
from daq.runs.record import event_of
from daq.usage.live import Live
from daq.usage.plan import ByAlarm, ByChannel, Counter, Item, Modelled, Plan, Power, Source
from drivers.model import Status
from tests.usage_samples import MINUTE, NS, event, key

METER = Source("meter", "power")
BUSY = ByChannel(source=METER, above=150.0, dead_band=100.0)
SERIES = Series(1, key("meter", "power", "W", 10.0))
OTHER = Series(2, key("other", "power", "W", 10.0))


def scan(second: int, watts: float | None, series: Series = SERIES) -> Scan:
    status = Status.TIMEOUT if watts is None else Status.GOOD
    return Scan(second, second * NS, series, (watts,), (status,))


def test_seconds_of_each_state_add_up_to_the_span() -> None:
    plan = Plan(items=(Item(name="oven", instrument=False, running=BUSY, energy=Power(METER)),))
    live = Live(plan, 0)
    energy = 0.0
    for minute in range(10):
        for second in range(minute * 60, minute * 60 + 60, 10):
            live.take(scan(second, 2000.0 if 2 <= minute < 5 else 100.0))
            live.take(scan(second, 5.0, OTHER))
        (told,) = live.tell((minute + 1) * MINUTE)
        assert sum(told.times.values()) == MINUTE
        # 100 W is within the dead-band: once it runs, it goes on until power is lower.
        assert told.state == ("running" if minute >= 2 else "idle")
        energy += told.energy or 0.0
    assert energy == pytest.approx((420 * 100 + 180 * 2000 - 10 * 100) / 3.6e6, rel=0.01)


def test_what_is_not_read_is_unknown_and_a_fault_shows_at_once() -> None:
    plan = Plan(items=(Item(name="meter", bus="line", running=BUSY, energy=Power(METER)),))
    live = Live(plan, 0)
    live.take(scan(0, 100.0))
    live.take(scan(10, None))
    (told,) = live.tell(MINUTE)
    assert (told.state, told.times["idle"], told.energy) == ("unknown", 25 * NS, None)
    live.take(event("instrument-fault", 1.5, "meter", reason="timeout"))
    (told,) = live.tell(2 * MINUTE)
    assert (told.state, told.times["fault"]) == ("fault", 30 * NS)
    (told,) = live.tell(3 * MINUTE)
    assert told.times["fault"] == MINUTE


def test_a_register_is_told_with_its_next_reading() -> None:
    series = Series(3, key("meter", "power", "kW.h", 600.0))
    plan = Plan(items=(Item(name="oven", instrument=False, energy=Counter(METER)),))
    live = Live(plan, 0)
    live.take(scan(0, 5.0, series))
    assert [live.tell(n * MINUTE)[0].energy for n in (1, 2)] == [None, None]
    live.take(scan(150, 8.0, series))
    assert live.tell(3 * MINUTE)[0].energy == pytest.approx(3.0)
    assert live.tell(4 * MINUTE)[0].energy is None


def test_runs_and_alarms_say_it_and_those_from_before_go_on() -> None:
    book = Book()
    started = Started(by="Li", operator="Li", instruments=("oven",))
    first = book.new(0, started)
    alarm = event("alarm-raised", 0, "hot")
    model = Modelled({"running": Decimal(6), "idle": Decimal(3)})
    plan = Plan(
        items=(Item(name="oven", energy=model), Item(name="lamp", fault=ByAlarm("hot"))),
    )
    live = Live(plan, MINUTE, [alarm], book.runs.values())
    oven, lamp = live.tell(2 * MINUTE)
    assert (oven.state, lamp.state) == ("running", "fault")
    assert oven.energy == pytest.approx(0.1)
    ended = event_of(Happening(first.id, 2 * MINUTE, Ended(by="Li")))
    live.take(
        Event(
            seq=9,
            time=ended.time,
            kind=ended.kind,
            subject=ended.subject,
            severity=ended.severity,
            text="",
            data=ended.data,
        )
    )
    live.take(event("alarm-returned", 2, "hot", "info"))
    oven, lamp = live.tell(3 * MINUTE)
    assert (oven.state, lamp.state) == ("idle", "idle")
    assert oven.energy == pytest.approx(0.05)
    assert live.runs == ()


def test_a_struct_of_another_series_is_taken_by_its_channel() -> None:
    plan = Plan(items=(Item(name="oven", running=msgspec.structs.replace(BUSY, dead_band=0.0)),))
    live = Live(plan, 0)
    moved = Series(4, msgspec.structs.replace(SERIES.key, group="fast", interval=1.0))
    for second in range(60):
        live.take(scan(second, 200.0, moved))
    (told,) = live.tell(MINUTE)
    assert told.times["running"] == MINUTE
