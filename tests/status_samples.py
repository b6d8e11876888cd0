"""States of a daemon, as large or as broken as a test wants them."""

from daq.acquire.schedule import BOUNDS
from daq.control.status import (
    BusStatus,
    DaemonStatus,
    GroupStatus,
    InstrumentStatus,
    JournalStatus,
    Lateness,
    RecipientStatus,
    SinkStatus,
)

NOW = 1_795_435_200_000_000_000
"""When every sample is taken, ns since 1970."""

SECOND = 1_000_000_000


def bus(name: str = "rs485-1", state: str = "connected", trouble: str = "") -> BusStatus:
    return BusStatus(
        name=name,
        state=state,
        trouble=trouble,
        since=NOW - 3600 * SECOND,
        load=42.0,
        scans=190,
        skipped_ticks=3,
        lateness_mean=0.001,
        lateness_99=0.02,
        lateness_max=0.5,
        late_ticks=4,
        busy=1512.5,
        connects=3,
        open_failures=2,
        losses=2,
        discarded_bytes=17,
        lateness=Lateness(bounds=list(BOUNDS[:-1]), counts=list(range(len(BOUNDS))), total=0.19),
    )


def instrument(
    name: str = "mains", on: str = "rs485-1", state: str = "answering", trouble: str = ""
) -> InstrumentStatus:
    quality = "bad: timeout" if trouble else "good"
    last_good = NOW - (300 if trouble else 1) * SECOND
    return InstrumentStatus(
        name=name,
        bus=on,
        profile="eastron-sdm630",
        asset="EM-0012",
        state=state,
        trouble=trouble,
        since=NOW - 300 * SECOND,
        last_good=last_good,
        good_scans=1000,
        failed_scans=7,
        bad_readings=21,
        serial_number="S1",
        quality=quality,
        silent=240.0 if trouble else 0.0,
        faults=1,
        failures={"timeout": 6, "checksum": 1},
        flawed={"bad: timeout": 18, "bad: checksum": 3, "uncertain: implausible": 2},
        groups=[GroupStatus(name="power", interval=1.0, quality=quality, last_good=last_good)],
    )


def sink(name: str = "broker", state: str = "connected", trouble: str = "") -> SinkStatus:
    return SinkStatus(
        name=name,
        kind="mqtt",
        state=state,
        trouble=trouble,
        since=NOW - 3600 * SECOND,
        lag_entries=120 if trouble else 0,
        backlog_entries=0,
        delivered=4711,
        retried=5,
        refused=1,
        lag_seconds=130.0 if trouble else 0.0,
        quarantined=1,
        address="192.0.2.7:1883",
        failures=2,
        last_delivery=NOW - SECOND,
    )


def recipient(name: str = "li", trouble: str = "") -> RecipientStatus:
    return RecipientStatus(
        name=name,
        title="Li",
        trouble=trouble,
        trouble_since=NOW - 90 * SECOND if trouble else 0,
        waiting=2 if trouble else 0,
        sent=3,
        matters=7,
        failures=4,
        last=NOW - 7200 * SECOND,
    )


def journal(trouble: str = "") -> JournalStatus:
    return JournalStatus(
        path="/var/lib/daq/journal.db",
        size_bytes=2_500_000,
        committed=4711,
        trouble=trouble,
        used_bytes=2_000_000,
        max_size=10_000_000_000,
        room_bytes=50_000_000_000,
        growth=1500.0,
        seconds_to_full=6_665_333.0,
        full_by="max_size",
        when_full="drop-oldest",
        pending=2,
        commits=471,
    )


def daemon(
    buses: list[BusStatus] | None = None,
    instruments: list[InstrumentStatus] | None = None,
    sinks: list[SinkStatus] | None = None,
    log: JournalStatus | None = None,
) -> DaemonStatus:
    """A daemon in which all is well, unless a part is handed in."""
    return DaemonStatus(
        version="0.1.0",
        pid=4242,
        site="demo-lab",
        started=NOW - 3 * 3600 * SECOND,
        config_hash="0123456789abcdef" * 4,
        journal=log or journal(),
        buses=[bus()] if buses is None else buses,
        instruments=[instrument()] if instruments is None else instruments,
        sinks=[sink()] if sinks is None else sinks,
        time=NOW,
    )


def large(instruments: int) -> DaemonStatus:
    """Four instruments on each bus."""
    buses = [bus(f"bus-{number}") for number in range((instruments + 3) // 4)]
    units = [instrument(f"unit-{n}", f"bus-{n // 4}") for n in range(instruments)]
    return daemon(buses, units, [sink("broker"), sink("history")])
