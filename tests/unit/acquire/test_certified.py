"""What certificates do to the scans of a group: due dates, and instruments they are not of."""

from daq.acquire.certified import Certified
from daq.acquire.counters import BusCounters
from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.schedule import Ticker
from daq.calibration.dates import end_of_day
from daq.journal.entry import Series, SeriesKey, Severity
from drivers.model import Status, Value
from drivers.transport.link import Link, Settings
from tests.calibration_samples import calibrated_key, calibration
from tests.journal_samples import good
from tests.scripted_instrument import Scripted, fine
from tests.virtual_time import run_virtual

DUE = end_of_day("2026-12-31")
GOOD, LATE, WRONG = Status.GOOD, Status.CALIBRATION_DUE, Status.WRONG_CERTIFICATE


class Found:
    """Numbers series as a journal does."""

    def __init__(self) -> None:
        self.known: dict[SeriesKey, Series] = {}

    def __call__(self, key: SeriesKey) -> Series:
        return self.known.setdefault(key, Series(len(self.known) + 1, key))


def test_only_good_readings_become_uncertain_and_only_past_the_day() -> None:
    certified = Certified(calibrated_key(calibration(due="2026-12-31")), Found())
    assert certified.judged(DUE - 1, good(2)) == good(2)
    assert certified.judged(DUE, good(2)) == (LATE, GOOD)
    assert certified.judged(DUE, (Status.UNSTABLE, GOOD)) == (Status.UNSTABLE, GOOD)
    assert certified.judged(DUE, (Status.TIMEOUT,) * 2) == (Status.TIMEOUT,) * 2
    never = Certified(calibrated_key(), Found())
    assert never.judged(2**62, good(2)) == good(2)


def test_the_certificate_of_another_instrument_corrects_nothing() -> None:
    key = calibrated_key(calibration("c1", "1", serial="S1"), calibration("c2", "2"))
    certified = Certified(key, Found())
    assert certified.series.key == key
    assert not certified.identified("S1")
    assert certified.identified("S2")
    assert [one.certificate for one in certified.foreign] == ["1"]
    assert [one.certificate for one in certified.series.key.calibrations] == ["2"]
    assert certified.judged(0, good(2)) == (WRONG, GOOD)
    assert certified.judged(0, (Status.UNSTABLE, GOOD)) == (Status.UNSTABLE, GOOD)
    assert not certified.identified("S2 ")
    assert certified.identified("S1")
    assert certified.series.key == key
    assert certified.judged(0, good(2)) == good(2)


def test_an_instrument_that_does_not_say_who_it_is_is_believed() -> None:
    key = calibrated_key(calibration("c1", "1", serial="S1"))
    certified = Certified(key, Found())
    assert not certified.identified("")
    assert certified.series.key == key


def test_a_foreign_certificate_that_is_past_due_too_is_foreign() -> None:
    key = calibrated_key(calibration("c1", "1", due="2026-12-31", serial="S1"))
    certified = Certified(key, Found())
    certified.identified("S2")
    assert certified.judged(DUE, good(2)) == (WRONG, GOOD)


def test_a_poller_marks_and_moves_what_it_reads() -> None:
    notes = Told()
    certified = Certified(calibrated_key(calibration("c1", "1", serial="S2")), Found())
    driver = Scripted(fine, serial_number="S1")
    group = PolledGroup(
        certified.series, driver.plan(["c1", "c2"]), Ticker(1.0, start=1000.0), certified
    )
    instrument = PolledInstrument("meter", driver, [group], notes)

    async def poll() -> None:
        link = Link("bus", Settings())
        for _ in range(3):
            await instrument.step(link, BusCounters(), 1000.0)

    run_virtual(poll())
    assert {key.calibrations for key, _ in notes.scans} == {()}
    assert [statuses for _, statuses in notes.scans] == [(WRONG, GOOD)] * 2
    assert [kind for kind in notes.events if kind != "instrument-found"] == ["certificate-mismatch"]


class Told:
    """What the journal would get."""

    def __init__(self) -> None:
        self.scans: list[tuple[SeriesKey, tuple[Status, ...]]] = []
        self.events: list[str] = []

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        assert values == (1.5, 1.5)  # as it was read
        self.scans.append((series.key, statuses))
        return len(self.scans)

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
    ) -> int:
        self.events.append(kind)
        return len(self.events)
