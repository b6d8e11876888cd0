"""SIGKILL in mid-run: what was committed arrives, exactly as it stands in the journal."""

import random
from pathlib import Path
from typing import Any

from daq.journal.entry import Entry, Event, Scan
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import Process, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

KILLS = 5

CONFIG = """
[site]
name = "kill"

[journal]
path = "journal.db"

[bus.line]
port = "{folder}/line"
baud = 115200
timeout = "200ms"

[bus.feeder]
address = "127.0.0.1:{port}"

[instrument.mains]
profile = "eastron-sdm630"
bus = "line"
unit = 1
asset = "EM-1"
group.power = {{ interval = "400ms", channels = ["voltage_l1", "power_total", "energy_total"] }}

[instrument.probes]
profile = "pta8c04"
bus = "line"
unit = 3
group.all = {{ interval = "200ms", channels = ["t1", "t2", "t3", "t4"] }}

[instrument.missing]
profile = "eurotherm-3000"
bus = "line"
unit = 9
group.all = {{ interval = "1s" }}

[instrument.feeder]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
group.all = {{ interval = "50ms" }}

[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}

[sink.history]
type = "influxdb"
url = "{influx}"
version = 1
database = "lab"

[lab]
seed = 5
[lab.wire.line]
pty = "{folder}/line"
baud = 115200
[lab.wire.feeder]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.mains]
model = "eastron-sdm630"
wire = "line"
unit = 1
[lab.device.probes]
model = "pta8c04"
wire = "line"
unit = 3
[lab.device.feeder]
model = "eastron-sdm630"
wire = "feeder"
unit = 1
"""


def test_every_committed_entry_arrives_exactly_as_in_the_journal(
    tmp_path: Path, private_mosquitto: Mosquitto, private_influxdb: InfluxDb
) -> None:
    config = _configure(tmp_path, private_mosquitto, private_influxdb)
    private_influxdb.query("CREATE DATABASE lab")
    dice = random.Random(7)
    with (
        Subscriber(private_mosquitto.port) as subscriber,
        running(tmp_path / "sim.log", "sim", "run", str(config)) as simulators,
    ):
        simulators.wait_text("Ctrl-C")
        for number in range(KILLS):
            with running(tmp_path / f"run{number}.log", "run", str(config)):
                target = subscriber.newest + dice.randrange(20, 80)
                subscriber.wait_until(lambda t=target: max(subscriber.entries, default=0) >= t, "")
        entries = _finish(tmp_path, config, subscriber)
    _compare_mqtt(entries, subscriber)
    _compare_influx(entries, private_influxdb)
    _compare_export(entries, config)


def _configure(folder: Path, broker: Mosquitto, database: InfluxDb) -> Path:
    path = folder / "daq.toml"
    path.write_text(
        CONFIG.format(folder=folder, port=free_port(), mqtt=broker.port, influx=database.url)
    )
    return path


def _finish(folder: Path, config: Path, subscriber: Subscriber) -> list[Entry]:
    """One more life, ended in order; then everything in the journal must be at the broker."""
    daemon = Process(folder / "last.log", "run", str(config))
    target = subscriber.newest + 50
    subscriber.wait_until(lambda: max(subscriber.entries, default=0) >= target, "the last run")
    assert daemon.stop() == 0, daemon.text
    with JournalReader(folder / "journal.db") as reader:
        entries = reader.entries(0, 10**9)
        committed = {cursor.live for cursor in reader.cursors().values()}
    assert committed == {entries[-1].seq}
    subscriber.wait_until(lambda: entries[-1].seq in subscriber.entries, "the last entry")
    return entries


def _compare_mqtt(entries: list[Entry], subscriber: Subscriber) -> None:
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert set(subscriber.entries) == {entry.seq for entry in entries}
    starts = [entry for entry in entries if isinstance(entry, Event) and entry.kind == "start"]
    assert len(starts) == KILLS + 1
    for entry in entries:
        for payload in subscriber.entries[entry.seq]:
            assert payload["time"] == rfc3339(entry.time)
            if isinstance(entry, Scan):
                assert payload["topic"] == _topic(entry)
                assert payload["values"] == _values(entry)
                assert payload.get("quality", {}) == _qualities(entry)


def _topic(scan: Scan) -> str:
    return f"lab/kill/{scan.series.key.instrument}/{scan.series.key.group}"


def _values(scan: Scan) -> dict[str, Any]:
    names = [channel.name for channel in scan.series.key.channels]
    return dict(zip(names, scan.values, strict=True))


def _qualities(scan: Scan) -> dict[str, str]:
    names = [channel.name for channel in scan.series.key.channels]
    pairs = zip(names, scan.statuses, strict=True)
    return {name: str(status) for name, status in pairs if status}


def _compare_influx(entries: list[Entry], database: InfluxDb) -> None:
    scans = {entry.seq: entry for entry in entries if isinstance(entry, Scan)}
    rows = {row["seq"]: row for row in database.rows("SELECT * FROM scan GROUP BY *", "lab")}
    assert set(rows) == set(scans)
    for seq, scan in scans.items():
        row = rows[seq]
        assert row["time"] == scan.time
        assert (row["instrument"], row["group"]) == (
            scan.series.key.instrument,
            scan.series.key.group,
        )
        for name, value in _values(scan).items():
            assert row.get(name) == value, (seq, name)
    events = {row["seq"] for row in database.rows("SELECT * FROM event GROUP BY *", "lab")}
    assert events == {entry.seq for entry in entries if isinstance(entry, Event)}


def _compare_export(entries: list[Entry], config: Path) -> None:
    scans = sum(isinstance(entry, Scan) for entry in entries)
    done = daq("export", "-c", str(config), "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == scans
