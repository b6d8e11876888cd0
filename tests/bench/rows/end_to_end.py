"""Modbus TCP units -> journal -> MQTT QoS 1 and InfluxDB: readings a second on one core.

The units are asked more often than can be done, by a daemon that has one core to itself. What
counts is what all three places got while it lasted. Afterwards a daemon without instruments
delivers what still waits, and every entry of the journal must be found at both sinks.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from daq.control.status import DaemonStatus
from daq.journal.entry import Entry, Scan
from daq.journal.reader import JournalReader
from tests.bench.figure import Figure, RowError
from tests.bench.plant.gateway import RATE, gateway_figures
from tests.bench.plant.plant import DATABASE, REGISTERS, Load, Plant, plant
from tests.bench.plant.subscriber import Counter, counting_subscriber

TARGET = 100_000.0
UNITS = 100
WARM_UP = 3.0
ARRIVAL = 60.0


def measure(*, quick: bool) -> list[Figure]:
    """Readings a second that journal, broker and database all kept up with."""
    seconds = 5.0 if quick else 20.0
    with (
        tempfile.TemporaryDirectory() as folder,
        plant(Path(folder), Load(units=UNITS, interval="20ms")) as here,
        counting_subscriber(here.broker.port, Path(folder)) as subscriber,
    ):
        here.start_daemon()
        here.wait_polling()
        time.sleep(WARM_UP)
        before, cpu, started = here.status(), here.cpu(), time.monotonic()
        time.sleep(seconds)
        after, cpu, span = here.status(), here.cpu() - cpu, time.monotonic() - started
        here.stop_daemon()
        scans = _slowest(before, after)
        if not scans:
            raise RowError(f"nothing got through within {span:.1f} s: {before.sinks} {after.sinks}")
        lost = _lost(here, subscriber)
    rival = None if quick else gateway_figures(*RATE)
    return [
        Figure(
            row="end_to_end",
            what="Modbus TCP to journal, MQTT and InfluxDB, sustained on one core",
            value=scans * REGISTERS / span,
            unit="readings/s",
            target=TARGET,
            rivals={} if rival is None else {"thingsboard-gateway, to MQTT": rival.readings},
            detail={
                "scans/s": scans / span,
                "cores": cpu / span,
                "CPU us a reading": cpu / (scans * REGISTERS) * 1e6,
                "lost": lost,
            },
        )
    ]


def _slowest(before: DaemonStatus, after: DaemonStatus) -> int:
    """Scans that reached the journal and every sink."""
    sinks = zip(before.sinks, after.sinks, strict=True)
    delivered = [new.delivered - old.delivered for old, new in sinks]
    return min(after.journal.committed - before.journal.committed, *delivered)


def _lost(here: Plant, subscriber: Counter) -> int:
    """Scans of the journal that are not at both sinks, once all have been delivered."""
    here.write_configuration(Load(units=0, interval="1s"), 0)
    here.start_daemon()
    here.wait_delivered(ARRIVAL)
    here.stop_daemon()
    with JournalReader(here.folder / "journal.db") as reader:
        scans = sum(isinstance(entry, Scan) for entry in _entries(reader))
    (row,) = here.database.rows("SELECT count(c00) FROM scan", DATABASE)
    received = subscriber.count(scans, ARRIVAL)
    if missing := scans - min(int(row["count"]), received):
        raise RowError(f"{missing} of {scans} scans did not arrive")
    return missing


def _entries(reader: JournalReader) -> Iterator[Entry]:
    after = 0
    while page := reader.entries(after, 5000):
        yield from page
        after = page[-1].seq
