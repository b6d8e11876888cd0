"""Decisions on series, pure: what fills a line, what does not, and what a verdict follows from."""

import pytest

from daq.calibration.calibration import Calibration
from daq.journal.entry import Event, Scan, Series
from daq.series.desk import Desk, Rules
from daq.series.errors import NoSeriesError, SeriesError
from daq.series.happening import Begun, Filled, Happening, Impossible, Judged, Refused
from daq.series.measured import RunSeries
from daq.series.past import series_in
from daq.series.record import event_of, happening_of
from daq.series.table import COLUMNS, to_csv
from drivers.model import Status
from tests.journal_samples import NOON, NS
from tests.series_samples import RULES, RUN, balance_key, certificate


class House:
    """A desk with a journal of the events that follow."""

    def __init__(self, *calibrations: Calibration, name: str = "balance") -> None:
        self.desk = Desk(RULES)
        self.events: list[Event] = []
        key = balance_key(name, *calibrations)
        self.scans = Series(1, key)
        self.time = NOON

    def tell(self, kind: str, **data: str) -> list[Happening]:
        event = self._event(kind, **data)
        self.events.append(event)
        if kind == "run-started":
            return self.keep(self.desk.begin(event))
        return self.keep(self.desk.told(event))

    def start(self, method: str = "fill", instruments: str = "oven\nbalance") -> list[Happening]:
        return self.tell("run-started", method=method, instruments=instruments)

    def scan(self, value: float | None, status: Status = Status.GOOD) -> Scan:
        self.time += NS
        return Scan(
            len(self.events) + 1, self.time, self.scans, (1.0, value), (Status.GOOD, status)
        )

    def press(self, value: float | None, status: Status = Status.GOOD) -> list[Happening]:
        return self.keep(self.desk.measured(self.scan(value, status)))

    def keep(self, done: list[Happening]) -> list[Happening]:
        for each in done:
            record = event_of(each, self.desk.series.get(each.run))
            self.events.append(
                Event(
                    seq=len(self.events) + 1,
                    time=record.time,
                    kind=record.kind,
                    subject=record.subject,
                    severity=record.severity,
                    text=record.text,
                    data=record.data,
                )
            )
        return done

    @property
    def one(self) -> RunSeries:
        return self.desk.series[RUN]

    def _event(self, kind: str, **data: str) -> Event:
        self.time += NS
        return Event(
            seq=len(self.events) + 1,
            time=self.time,
            kind=kind,
            subject=RUN,
            severity="info",
            text="",
            data={**data},
        )


def test_each_press_of_the_key_fills_a_line_and_the_last_brings_the_verdict() -> None:
    house = House()
    (begun,) = house.start()
    assert isinstance(begun.what, Begun)
    assert begun.what.method.unit == "g"
    house.press(50.0)
    house.press(None, Status.OFF)  # nobody has pressed it
    house.press(50.1)
    last = house.press(49.9)
    assert [type(each.what) for each in last] == [Filled, Judged]
    assert house.one.judgement is not None
    assert house.one.judgement.statement == "pass"
    assert [line.number for line in house.one.lines] == [1, 2, 3]
    assert house.one.complete


@pytest.mark.parametrize("status", [Status.UNSTABLE, Status.OVER_RANGE, Status.CALIBRATION_DUE])
def test_a_reading_that_is_not_good_fills_nothing_and_says_so(status: Status) -> None:
    house = House()
    house.start()
    (done,) = house.press(50.0 if status is Status.UNSTABLE else None, status)
    assert isinstance(done.what, Refused)
    assert done.what.why == str(status)
    assert house.one.next == 1
    assert house.one.refused is not None
    house.press(50.0)
    assert house.one.refused is None


def test_a_certificate_corrects_the_value_and_gives_the_uncertainty() -> None:
    house = House(certificate())
    house.start()
    house.press(50.0)
    (line,) = house.one.lines
    assert (line.reading, line.value) == (50.0, 49.95)
    assert (line.uncertainty, line.k, line.source) == (0.03, 2.1, "K-17")


def test_without_a_certificate_the_uncertainty_is_the_methods() -> None:
    for calibrations in ((), (certificate(uncertainty=None),)):
        house = House(*calibrations)
        house.start()
        house.press(50.0)
        (line,) = house.one.lines
        assert (line.uncertainty, line.k, line.source) == (0.2, 2.0, "method")


def test_without_any_uncertainty_no_statement_is_possible() -> None:
    house = House(name="scale")
    house.start("dip", "scale")
    for value in (10.0, 11.0):
        reading = house.desk.reading(house.one, house.scan(value))
        assert reading is not None
        house.keep(house.desk.taken(house.one, reading, sample="A", by="Li"))
    assert house.one.judgement is not None
    assert house.one.judgement.why == ("no uncertainty",)
    assert [line.sample for line in house.one.lines] == ["A", "A"]


def test_a_line_that_is_struck_out_stays_and_its_sample_is_measured_again() -> None:
    house = House()
    house.start()
    for value in (50.0, 60.0, 50.1):
        house.press(value)
    assert house.one.judgement is not None
    assert house.one.judgement.statement == "fail"
    house.keep(house.desk.strike(RUN, house.time, number=2, by="Li", why="wrong sample"))
    assert house.one.next == 2
    assert house.one.judgement is None
    house.press(50.2)
    assert house.one.judgement is not None
    assert house.one.judgement.statement == "pass"
    assert [line.number for line in house.one.lines] == [1, 2, 3, 2]
    assert [line.value for line in house.one.standing] == [50.0, 50.2, 50.1]
    assert house.one.lines[1].struck_why == "wrong sample"
    house.keep(house.desk.strike(RUN, house.time, number=0, by="Li", why="the last"))
    assert house.one.next == 2


def test_what_cannot_be_done_is_said() -> None:
    house = House()
    with pytest.raises(NoSeriesError, match="no series goes on"):
        house.desk.going(RUN)
    house.start()
    with pytest.raises(NoSeriesError, match=f"going on: {RUN}"):
        house.desk.going("20261123-2")
    with pytest.raises(SeriesError, match="no line; 0 of 3 are filled"):
        house.desk.strike(RUN, house.time, number=0, by="Li", why="x")
    with pytest.raises(SeriesError, match=r"line 2 of .* is not there"):
        house.desk.strike(RUN, house.time, number=2, by="Li", why="x")
    house.tell("run-paused")
    with pytest.raises(SeriesError, match="paused"):
        house.desk.name(RUN, house.time, sample="A", by="Li")
    house.tell("run-resumed")
    house.keep(house.desk.name(RUN, house.time, sample="A-1", by="Li"))
    for value in (50.0, 50.1, 50.2):
        house.press(value)
    assert [line.sample for line in house.one.lines] == ["A-1", "", ""]
    with pytest.raises(SeriesError, match="strike out a line"):
        house.desk.unfinished(RUN)


def test_a_press_while_the_run_rests_or_is_complete_fills_nothing() -> None:
    house = House()
    house.start()
    house.tell("run-paused")
    (done,) = house.press(50.0)
    assert isinstance(done.what, Refused)
    assert done.what.why == "the run is paused"
    house.tell("run-resumed")
    for value in (50.0, 50.1, 50.2):
        house.press(value)
    (done,) = house.press(50.3)
    assert isinstance(done.what, Refused)
    assert done.what.why == "the series is complete"


def test_the_end_of_the_run_brings_a_verdict_on_what_there_is() -> None:
    house = House()
    house.start()
    house.press(50.0)
    house.tell("run-ended")
    assert house.one.judgement is not None
    assert house.one.judgement.why == ("incomplete",)
    assert house.press(50.0) == []
    house.desk.forget_ended()
    assert house.desk.series == {}


@pytest.mark.parametrize(
    ("method", "instruments", "why"),
    [
        ("fil", "balance", "no [method.fil]; there is fill, dip"),
        ("dip", "oven", "method dip measures weight, which no instrument of the run gives"),
        (
            "fill",
            "scale",
            "method fill measures balance.weight, which no instrument of the run gives",
        ),
    ],
)
def test_a_method_that_nothing_measures_is_told(method: str, instruments: str, why: str) -> None:
    (done,) = House().start(method, instruments)
    assert isinstance(done.what, Impossible)
    assert done.what.why == why


def test_runs_without_a_method_and_events_of_others_are_passed_over() -> None:
    house = House()
    assert house.tell("run-started", instruments="balance") == []
    assert house.tell("run-ended") == []
    assert house.press(50.0) == []


def test_the_method_is_that_of_the_beginning_and_all_is_in_the_events() -> None:
    house = House()
    house.start()
    house.desk.rules = Rules(channels=RULES.channels, silences=RULES.silences)
    house.press(50.0)
    house.press(50.0, Status.UNSTABLE)
    house.keep(house.desk.strike(RUN, house.time, number=1, by="Li", why="x"))
    house.keep(house.desk.name(RUN, house.time, sample="S", by="Li"))
    found = series_in(house.events)[RUN]
    assert found == house.one
    assert (found.first, found.sample) == (1, "S")


def test_the_table_has_every_line_and_no_formula() -> None:
    house = House()
    house.start()
    house.keep(house.desk.name(RUN, house.time, sample="=1+1", by="Li"))
    house.press(50.0)
    house.keep(house.desk.strike(RUN, house.time, number=1, by="Li", why="x"))
    house.press(50.45)
    head, first, second = to_csv(house.one).splitlines()
    assert tuple(head.split(",")) == COLUMNS
    assert f"{RUN},fill,1,'=1+1,2026-11-23T12:00:0" in first
    assert first.endswith(",Li,x")
    assert ",50.45,50.45,50.45,g,0.2,2.0,method,fail,0.691" in second


def test_a_damaged_event_is_an_error_and_a_strange_one_none() -> None:
    def event(kind: str, **data: str | int) -> Event:
        return Event(seq=7, time=1, kind=kind, subject=RUN, severity="info", text="", data={**data})

    for kind, data in (("series-line", {}), ("series-begun", {"rule": "x"}), ("series-struck", {})):
        with pytest.raises(ValueError, match="event 7 is no event of a series"):
            happening_of(event(kind, **data))
    assert happening_of(event("bus-lost")) is None
    assert series_in([event("series-line"), event("run-ended")]) == {}
