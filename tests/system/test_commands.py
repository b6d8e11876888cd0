"""Every command of the README, as a user calls it, against a running lab and daemon."""

import csv
import importlib
import io
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest

from daq.config.load import load_config
from daq.demo.prepare import demo_source, write_demo_config
from tests.servers.http_client import request
from tests.system.house import Process, daq, running

READY = "site demo-lab"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The demonstration's simulators; the path of its configuration."""
    folder = tmp_path_factory.mktemp("commands")
    config = write_demo_config(demo_source(), folder)
    with running(folder / "sim.log", "sim", "run", str(config)) as simulators:
        simulators.wait_text("Ctrl-C")
        yield config
        assert simulators.stop() == 0


@pytest.fixture(scope="module")
def ran(lab: Path) -> tuple[Path, str]:
    """A configuration whose daemon has run for a while, and what it logged."""
    daemon = Process(lab.parent / "run.log", "run", str(lab))
    daemon.wait_text(READY)
    daemon.wait_text("instrument-found: climate")
    status = daq("status", "-c", str(lab), "--json")
    (lab.parent / "status.json").write_text(status.stdout)
    table = daq("status", "-c", str(lab))
    assert "rs485-1" in table.stdout
    assert daemon.stop() == 0, daemon.text
    return lab, daemon.text


def test_check_prints_the_plan(lab: Path) -> None:
    done = daq("check", str(lab))
    assert done.returncode == 0, done.stderr
    assert "rs485-1: 7 requests" in done.stdout
    plain = json.loads(daq("check", str(lab), "--json").stdout)
    assert plain["ok"]
    assert {bus["bus"] for bus in plain["plan"]["buses"]} >= {"rs485-1", "feeder-tcp"}


def test_check_reports_every_error_with_its_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[site]\nname = "x"\n[instrument.a]\nprofile = "eastron-sdm63"\nbus = "b"\n')
    done = daq("check", str(wrong))
    assert done.returncode == 3
    assert f"{wrong}:4: instrument.a.profile" in done.stdout
    assert 'did you mean "eastron-sdm630"' in done.stdout
    assert f"{wrong}:5: instrument.a.bus" in done.stdout
    assert f"{wrong}:3: instrument.a.group: is missing" in done.stdout
    assert not json.loads(daq("check", str(wrong), "--json").stdout)["ok"]


def test_an_impossible_schedule_is_refused(lab: Path, tmp_path: Path) -> None:
    fast = tmp_path / "fast.toml"
    fast.write_text(lab.read_text().replace('interval = "1s"', 'interval = "20ms"'))
    done = daq("check", str(fast))
    assert done.returncode == 3
    assert "the schedule cannot be met" in done.stdout
    refused = daq("run", str(fast))
    assert refused.returncode == 3
    assert "the schedule cannot be met" in refused.stderr


def test_read_asks_the_device_itself(lab: Path) -> None:
    done = daq("read", "balance", "-c", str(lab), "--json")
    assert done.returncode in (0, 1), done.stderr  # 1: the weight may not be stable
    result = json.loads(done.stdout)
    assert result["identity"]["serial_number"]
    assert result["units"] == {"weight": "g"}
    table = daq("read", "feeder", "-c", str(lab))
    assert table.returncode == 0, table.stderr
    assert "voltage_l1" in table.stdout


def test_read_of_what_is_not_there(lab: Path, tmp_path: Path) -> None:
    unknown = daq("read", "balanc", "-c", str(lab))
    assert unknown.returncode == 2
    assert "balance" in unknown.stderr
    nobody = tmp_path / "nobody.toml"
    nobody.write_text(
        '[site]\nname = "x"\n[bus.b]\naddress = "127.0.0.1:9"\n[instrument.a]\nbus = "b"\n'
        'profile = "eastron-sdm630"\nunit = 1\ngroup.all = { interval = "1s" }\n'
    )
    done = daq("read", "a", "-c", str(nobody))
    assert done.returncode == 4
    assert "nothing listens on that port" in done.stderr


def test_status_tells_of_buses_instruments_and_sinks(ran: tuple[Path, str]) -> None:
    status = json.loads((ran[0].parent / "status.json").read_text())
    assert {bus["name"] for bus in status["buses"]} >= {"rs485-1", "climate-tcp"}
    states = {item["name"]: item["state"] for item in status["instruments"]}
    assert states["mains"] == states["climate"] == "answering"
    assert status["sinks"][0]["state"] == "away", "no broker runs in this test"
    assert status["sinks"][0]["lag_entries"] > 0
    assert status["journal"]["committed"] > 0


def test_status_without_a_daemon(ran: tuple[Path, str]) -> None:
    done = daq("status", "-c", str(ran[0]))
    assert done.returncode == 4
    assert "no daemon answers" in done.stderr


def test_a_fault_is_one_line_of_the_log(ran: tuple[Path, str]) -> None:
    lines = [line for line in ran[1].splitlines() if "broker" in line]
    assert len(lines) == 1, lines
    assert "sink-lost" in lines[0]


def test_tail_shows_the_last_entries(ran: tuple[Path, str]) -> None:
    done = daq("tail", "-c", str(ran[0]), "-n", "5", "--no-follow", "--json")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(entries) == 5
    assert entries[-1]["event"] == "stop"
    text = daq("tail", "-c", str(ran[0]), "-n", "1000", "-i", "mains", "--no-follow").stdout
    assert "mains.power voltage_l1=" in text
    assert "furnace" not in text


def _exported(config: Path, *options: str) -> str:
    done = daq("export", "-c", str(config), "--from", "-1h", "--to", "now", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_export_in_all_formats(ran: tuple[Path, str], tmp_path: Path) -> None:
    lines = [json.loads(line) for line in _exported(ran[0], "--format", "jsonl").splitlines()]
    readings = sum(len(line["values"]) for line in lines)
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(_exported(ran[0]))))
    assert len(rows) == readings
    assert {"time", "instrument", "channel", "value", "unit", "quality"} <= rows[0].keys()
    path = tmp_path / "x.parquet"
    _exported(ran[0], "--format", "parquet", "-o", str(path))
    parquet = cast("Any", importlib.import_module("pyarrow.parquet"))
    assert parquet.read_table(path).num_rows == readings


def test_export_of_one_instrument(ran: tuple[Path, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(_exported(ran[0], "-i", "climate"))))
    assert {row["instrument"] for row in rows} == {"climate"}


def test_a_moment_that_is_none_is_wrong_usage(ran: tuple[Path, str]) -> None:
    done = daq("export", "-c", str(ran[0]), "--from", "yesterdy")
    assert done.returncode == 2
    assert "yesterdy" in done.stderr


def test_drivers_and_simulators_can_be_listed() -> None:
    profiles = json.loads(daq("drivers", "list", "--json").stdout)
    assert "keithley-2000" in {profile["name"] for profile in profiles}
    models = json.loads(daq("sim", "list", "--json").stdout)
    assert "keithley-2000" in models
    shown = json.loads(daq("drivers", "show", "keithley-2000", "--json").stdout)
    assert shown["channels"][0]["name"] == "voltage"
    assert "9600" in daq("drivers", "show", "eurotherm-3000").stdout


def test_drivers_check_plays_the_transcripts(tmp_path: Path) -> None:
    assert daq("drivers", "check", "mettler-sics").returncode == 0
    source = Path("drivers/profiles/mettler-sics.toml").read_text()
    wrong = tmp_path / "mine.toml"
    wrong.write_text(source.replace("(?P<stability>[SD])", "(?P<stability>[SX])"))
    done = daq("drivers", "check", str(wrong), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["failures"]


def test_schema_is_the_one_in_the_repository() -> None:
    assert daq("schema").stdout == Path("config/daq.schema.json").read_text()


def test_a_second_daemon_on_the_same_journal_is_refused(ran: tuple[Path, str]) -> None:
    with running(ran[0].parent / "first.log", "run", str(ran[0])) as first:
        first.wait_text(READY)
        second = daq("run", str(ran[0]))
        assert second.returncode == 1
        assert "Traceback" not in second.stderr
        assert "journal" in second.stderr
        assert first.stop() == 0


def test_web_serves_the_page(ran: tuple[Path, str]) -> None:
    config, _ = ran
    port = int(load_config(config).web.listen.rpartition(":")[2])
    with running(config.with_name("web.log"), "web", str(config)) as web:
        web.wait_text(f"the page is at http://127.0.0.1:{port}/")
        status, text = request(port, "/")
        assert status == 200
        assert "Tube furnace" in text
        taken = daq("web", str(config))
        assert taken.returncode == 1
        assert f"cannot listen on 127.0.0.1:{port}" in taken.stderr
        assert web.stop() == 0
    assert "Traceback" not in web.text
