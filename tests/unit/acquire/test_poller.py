"""The poller against scripted instruments, on virtual time."""

from collections.abc import Sequence

from daq.acquire.instrument import PolledInstrument
from daq.acquire.poller import BusPoller, OpenLink
from daq.journal.entry import Series, Severity
from drivers.errors import (
    ChecksumError,
    DeviceError,
    DisconnectedError,
    DriverError,
    OpenFailedError,
)
from drivers.model import Status, Value
from drivers.transport.link import Link, Settings
from tests.scripted_instrument import EXCHANGE, Scripted, dead, fine, polled, silent_between
from tests.virtual_time import for_seconds, run_virtual


class Notes:
    """Records what the journal would get."""

    def __init__(self) -> None:
        self.scans: list[tuple[str, tuple[Value, ...], tuple[Status, ...]]] = []
        self.events: list[tuple[str, str]] = []

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        assert time > 0
        self.scans.append((series.key.instrument, values, statuses))
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
        assert text
        self.events.append((kind, subject))
        return len(self.events)

    def good(self, instrument: str) -> int:
        return sum(name == instrument and not any(s) for name, _, s in self.scans)

    def failed(self, instrument: str) -> list[Status]:
        return [s[0] for name, _, s in self.scans if name == instrument and any(s)]


async def open_link() -> Link:
    return Link("bus", Settings())


def poll(
    notes: Notes,
    instruments: Sequence[PolledInstrument],
    seconds: float,
    opener: OpenLink = open_link,
) -> BusPoller:
    poller: list[BusPoller] = []

    async def main() -> None:
        poller.append(BusPoller("bus", opener, instruments, notes))
        await for_seconds(poller[0].run(), seconds)

    run_virtual(main())
    return poller[0]


def test_scans_keep_their_absolute_times_without_drift() -> None:
    notes, driver = Notes(), Scripted(fine)
    poller = poll(notes, [polled("one", driver, notes)], 60.5)
    reads = [at for at, what in driver.calls if what == "read"]
    assert len(reads) == 61
    assert [round(at - 1000.0, 6) for at in reads[1:]] == [float(n) for n in range(1, 61)]
    assert poller.counters.skipped_ticks == poller.counters.late_ticks == 0


def test_an_instrument_is_identified_before_it_is_read() -> None:
    notes, driver = Notes(), Scripted(fine)
    poll(notes, [polled("one", driver, notes)], 2.5)
    assert [what for _, what in driver.calls][:2] == ["identify", "read"]
    assert notes.events == [("instrument-found", "one")]


def test_a_wrong_serial_number_is_an_error_and_never_a_reading() -> None:
    notes, driver = Notes(), Scripted(fine, serial_number="other")
    poll(notes, [polled("one", driver, notes, serial_number="S1")], 20)
    assert notes.good("one") == 0
    assert set(notes.failed("one")) == {Status.WRONG_INSTRUMENT}
    assert notes.events == [("instrument-fault", "one")]
    assert {what for _, what in driver.calls} == {"identify"}


def test_one_dead_unit_does_not_stop_the_others() -> None:
    notes = Notes()
    drivers = [Scripted(dead if number == 3 else fine) for number in range(8)]
    units = [polled(f"unit{n}", driver, notes) for n, driver in enumerate(drivers)]
    poll(notes, units, 300)
    for number in range(8):
        if number != 3:
            assert notes.good(f"unit{number}") >= 0.95 * 300
    # Six waits to reach 30 s, then at least half of that from one try to the next.
    assert len(drivers[3].calls) <= 6 + 300 / 15


def test_a_silence_begins_and_ends_with_one_event_and_leaves_a_visible_gap() -> None:
    notes, driver = Notes(), Scripted(silent_between(10, 40))
    poll(notes, [polled("one", driver, notes)], 120)
    assert notes.events == [
        ("instrument-found", "one"),
        ("instrument-fault", "one"),
        ("instrument-restored", "one"),
    ]
    failed = notes.failed("one")
    assert set(failed) == {Status.TIMEOUT}
    assert 3 <= len(failed) <= 9
    silent = [what for at, what in driver.calls if 11 < at - 1000.0 < 40]
    assert set(silent) == {"probe"}


def test_what_a_scan_takes_of_the_line_is_measured() -> None:
    notes, driver = Notes(), Scripted(silent_between(10, 20))
    unit = polled("one", driver, notes)
    poll(notes, [unit], 60)
    counters = unit.groups[0].counters
    assert counters.scans == notes.good("one") > 30
    assert abs(counters.seconds / counters.scans - EXCHANGE) < 1e-9, "failures do not count"
    assert unit.retry_at is None


def test_it_is_told_when_a_silent_instrument_is_asked_again() -> None:
    notes = Notes()
    unit = polled("one", Scripted(dead), notes)
    poll(notes, [unit], 20.5)
    assert unit.retry_at is not None
    assert 1020.0 < unit.retry_at < 1060.0


def test_failures_are_counted_by_reason_and_faults_as_they_begin() -> None:
    notes = Notes()

    def behaviour(now: float) -> DriverError | None:
        if 10 <= now - 1000.0 < 12.5:
            return ChecksumError("wrong checksum")
        return dead(now) if 20 <= now - 1000.0 < 21.5 else None

    unit = polled("one", Scripted(behaviour), notes)
    poll(notes, [unit], 60)
    counters = unit.counters
    assert set(counters.failures) == {"checksum", "timeout"}
    assert sum(counters.failures.values()) == counters.failed_scans
    assert counters.faults == 2
    assert set(counters.flawed) == {Status.CHECKSUM, Status.TIMEOUT}
    assert counters.bad_readings == 2 * counters.failed_scans


def test_values_of_a_failed_scan_are_empty() -> None:
    notes, driver = Notes(), Scripted(dead)
    poll(notes, [polled("one", driver, notes)], 5)
    assert {values for _, values, _ in notes.scans} == {(None, None)}


def test_an_instrument_that_declines_is_polled_on() -> None:
    notes = Notes()
    busy = Scripted(lambda now: DeviceError("busy") if 5 <= now - 1000.0 < 15 else None)
    poll(notes, [polled("one", busy, notes)], 30.5)
    assert notes.failed("one") == [Status.DEVICE_ERROR] * 10
    assert [kind for kind, _ in notes.events] == [
        "instrument-found",
        "instrument-fault",
        "instrument-restored",
    ]


def test_ticks_that_cannot_be_served_are_skipped_and_counted_never_queued() -> None:
    notes = Notes()
    slow = [Scripted(fine) for _ in range(4)]
    units = [polled(f"unit{n}", driver, notes, interval=0.05) for n, driver in enumerate(slow)]
    poller = poll(notes, units, 10)
    assert poller.counters.skipped_ticks > 100
    assert poller.counters.late_ticks > 100
    assert poller.counters.jitter.worst < 0.2
    reads = [sum(what == "read" for _, what in driver.calls) for driver in slow]
    assert max(reads) - min(reads) <= 2


def test_a_lost_bus_is_reopened_and_the_gap_journalled() -> None:
    notes = Notes()
    opened = 0

    def behaviour(now: float) -> DriverError | None:
        return DisconnectedError("unplugged") if 10 <= now - 1000.0 < 10.5 else None

    async def opener() -> Link:
        nonlocal opened
        opened += 1
        if 2 <= opened <= 4:
            raise OpenFailedError("no such port")
        return await open_link()

    driver = Scripted(behaviour)
    poller = poll(notes, [polled("one", driver, notes)], 60, opener)
    assert opened == 5
    counters = poller.counters
    assert (counters.connects, counters.losses, counters.open_failures) == (2, 1, 3)
    assert counters.reconnects == 1
    assert notes.failed("one") == [Status.DISCONNECTED] * 4
    assert notes.events == [
        ("instrument-found", "one"),
        ("bus-lost", "bus"),
        ("bus-restored", "bus"),
    ]
    assert [what for _, what in driver.calls].count("identify") == 2
    heard = [piece.event for piece in poller.ring.page().pieces]
    assert heard == ["opened", "lost", "opened", "closed"]


def test_a_port_that_opens_and_drops_at_once_is_tried_less_and_less() -> None:
    notes = Notes()
    driver = Scripted(lambda _now: DisconnectedError("dropped"))
    poller = poll(notes, [polled("one", driver, notes)], 600)
    # Six waits to reach 30 s, then at least half of that from one try to the next.
    assert poller.counters.connects <= 6 + 600 / 15
    assert [kind for kind, _ in notes.events] == ["bus-lost"]
