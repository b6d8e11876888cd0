"""A balance with a certificate, from the simulator to the broker, the database and the files."""

import csv
import json
import time
from pathlib import Path
from typing import Any

import pytest

from daq.journal import JournalReader, Query, Scan
from tests.calibration_samples import balance
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

CONFIG = """
[site]
name = "calibrated"
[journal]
path = "journal.db"
[calibration]
path = "certificates"
[bus.bench]
address = "127.0.0.1:{port}"
[instrument.balance]
profile = "mettler-sics"
bus = "bench"
asset = "A-0042"
group.all = {{ interval = "100ms", channels = ["weight"] }}
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
[sink.history]
type = "influxdb"
version = 1
url = "{influx}"
database = "calibrated"
[lab.wire.bench]
tcp = "127.0.0.1:{port}"
[lab.device.balance]
model = "mettler-sics"
wire = "bench"
samples = false
serial_number = "B-1"
"""
TOPIC = "lab/calibrated/balance/all"


@pytest.fixture
def config(tmp_path: Path, mosquitto: Mosquitto, influxdb: InfluxDb) -> Path:
    influxdb.query("create database calibrated")
    path = tmp_path / "daq.toml"
    text = CONFIG.format(port=free_port(), mqtt=mosquitto.port, influx=influxdb.url)
    path.write_text(text, "utf-8")
    return path


def certificates(path: Path, *words: str) -> list[dict[str, Any]]:
    done = daq("calibration", *words, "--json", "-c", str(path))
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def until(subscriber: Subscriber, certificate: float, quality: str | None) -> dict[str, Any]:
    """The newest scan once the correction is so much, and the quality so."""

    def newest() -> dict[str, Any]:
        return subscriber.newest_of.get(TOPIC, {})

    def arrived() -> bool:
        weight, read = newest().get("values", {}).get("weight"), newest().get("uncorrected", {})
        if weight is None or newest().get("quality", {}).get("weight") != quality:
            return False
        return abs(weight - read.get("weight", weight) - certificate) < 1e-9

    subscriber.wait_until(arrived, f"a correction of {certificate}, {quality}")
    return newest()


def events(subscriber: Subscriber) -> set[str]:
    """The kinds of events that have come."""
    return {one["kind"] for some in subscriber.entries.values() for one in some if "kind" in one}


def rows(influxdb: InfluxDb, certificate: str) -> list[dict[str, Any]]:
    text = f"select * from scan where certificate = '{certificate}'"  # noqa: S608 - our own word
    limit = time.monotonic() + WAIT
    while not (found := influxdb.rows(text, "calibrated")):
        assert time.monotonic() < limit, f"nothing of {certificate} in the database"
        time.sleep(0.1)
    return found


def test_from_the_balance_to_broker_database_and_file(
    tmp_path: Path, config: Path, mosquitto: Mosquitto, influxdb: InfluxDb
) -> None:
    folder = tmp_path / "certificates"
    balance(folder, "first", offset=0.5, serial="B-1")
    with (
        Subscriber(mosquitto.port, "lab/calibrated/#") as subscriber,
        running(tmp_path / "sim.log", "sim", "run", str(config)) as lab,
    ):
        lab.wait_text("Ctrl-C")
        shown = daq("read", "balance", "-c", str(config)).stdout
        assert "(k = 2), by certificate first" in shown
        with running(tmp_path / "daq.log", "run", str(config)) as daemon:
            first = until(subscriber, 0.5, None)
            assert first["uncertainty"]["weight"] == pytest.approx(0.0001, abs=1e-5)
            meta = subscriber.newest_of[f"{TOPIC}/_meta"]["channels"]["weight"]["calibration"]
            assert (meta["certificate"], meta["due"]) == ("first", "2090-03-12")
            row = rows(influxdb, "first")[0]
            assert row["weight"] == pytest.approx(row["weight.uncorrected"] + 0.5)
            assert row["weight.uncertainty"] > 0

            balance(folder, "second", offset=0.25, calibrated="2026-04-01", due="2026-04-02")
            assert daq("reload", str(config)).returncode == 0
            until(subscriber, 0.25, "uncertain: calibration due")
            assert rows(influxdb, "second")[0]["weight.status"] == "uncertain: calibration due"
            subscriber.wait_until(lambda: "calibration-due" in events(subscriber), "it is told")

            balance(folder, "third", offset=0.1, calibrated="2026-05-01", serial="B-2")
            assert daq("reload", str(config)).returncode == 0
            until(subscriber, 0.0, "uncertain: wrong certificate")
            assert daemon.stop() == 0
    _check_what_is_kept(tmp_path / "journal.db")
    _check_commands(config, folder)


def _check_what_is_kept(path: Path) -> None:
    """As it was read, under each certificate; none of the corrected values is in the journal."""
    with JournalReader(path) as reader:
        scans = [one for one in reader.scans(Query()) if one.values[0] is not None]
        events = [event.kind for event in reader.events(Query())]
    assert {_numbers(scan) for scan in scans} == {("first",), ("second",), ()}
    assert all(abs(float(scan.values[0] or 0)) < 0.05 for scan in scans)
    assert events.count("certificate-in-force") == 3
    assert events.count("calibration-due") == 1
    assert events.count("certificate-mismatch") == 1


def _numbers(scan: Scan) -> tuple[str, ...]:
    return tuple(one.certificate for one in scan.series.key.calibrations)


def _check_commands(config: Path, folder: Path) -> None:
    told = {row["certificate"]: row["state"] for row in certificates(config, "list")}
    assert told == {"third": "in force", "first": "before", "second": "before"}
    assert "nothing is due" in daq("calibration", "due", "-c", str(config)).stdout
    (folder / "third.toml").unlink()
    due = daq("calibration", "due", "-c", str(config))
    assert (due.returncode, "past due" in due.stdout) == (1, True)
    check = daq("calibration", "check", "-c", str(config))
    assert (check.returncode, "certificate second is past due" in check.stdout) == (1, True)
    shown = daq("calibration", "show", "first", "-c", str(config)).stdout
    assert "interpolated between 2 points" in shown
    assert certificates(config, "show", "balance")[0]["number"] == "first"
    output = config.parent / "again.csv"
    command = ("calibration", "apply", "--certificate", "first", "-c", str(config))
    done = daq(*command, "-o", str(output))
    assert done.returncode == 0, done.stderr
    with output.open() as stream:
        again = [row for row in csv.DictReader(stream) if row["value"]]
    assert {row["certificate"] for row in again} == {"first"}
    assert {row["quality"] for row in again} <= {"good", "uncertain: unstable"}
    assert all(
        float(row["value"]) == pytest.approx(float(row["uncorrected"]) + 0.5) for row in again
    )
    wrong = daq("calibration", "apply", "--certificate", "frist", "-c", str(config))
    assert (wrong.returncode, "first" in wrong.stderr) == (2, True)


def test_a_dcc_becomes_a_certificate_that_is_in_force(tmp_path: Path, config: Path) -> None:
    folder, source = tmp_path / "certificates", Path("tests/cases/dcc/weight_3_3.xml")
    folder.mkdir()
    file = folder / "w-1.toml"
    words = ("calibration", "import", str(source), "--unit", "g", "--channel", "weight")
    done = daq(*words, "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert "no date of recalibration" in done.stderr
    assert certificates(config, "list")[0]["certificate"] == "W-1"
    again = daq(*words, "-o", str(file))
    assert (again.returncode, "is not replaced" in again.stderr) == (1, True)
    assert daq(*words).stdout == file.read_text()
