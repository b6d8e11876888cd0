"""A chamber that gets too hot becomes an incident: from the first alarm to the report."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from simulators import ControlClient
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running

CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
[bus.chamber]
address = "127.0.0.1:{port}"
[instrument.chamber]
profile = "binder-mb1"
bus = "chamber"
unit = 1
title = "Climate chamber"
room = "R 12"
group.all = {{ interval = "100ms", channels = ["temperature", "setpoint"] }}

[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
title = "Chamber too hot"
high = 60
high_high = 80
dead_band = 1

[incident.grave]
priorities = ["critical"]
[procedure.too-hot]
title = "Over-temperature"
alarms = ["chamber.*"]
steps = ["Switch the heating off", "Open the door"]

[lab]
control = "{control}"
[lab.wire.chamber]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber"
unit = 1
setpoints = [30.0]
"""


class Lab:
    """The commands, on one configuration."""

    def __init__(self, config: Path) -> None:
        self.config = config

    def said(self, *arguments: str, code: int = 0) -> str:
        done = daq("incident", *arguments, "-c", str(self.config))
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def detail(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said("show", name, "--json"))
        return found

    def names(self) -> list[str]:
        if not (self.config.parent / "journal.db").exists():
            return []
        found: list[dict[str, Any]] = json.loads(self.said("list", "--json"))
        return [one["id"] for one in found]


def until(holds: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


def test_an_emergency_from_the_first_alarm_to_the_report_across_a_kill(tmp_path: Path) -> None:
    config, control = tmp_path / "daq.toml", f"127.0.0.1:{free_port()}"
    config.write_text(CONFIG.format(port=free_port(), control=control))
    lab = Lab(config)
    by = ("--by", "Li")
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as house:
        house.wait_text("Ctrl-C")
        with ControlClient(control) as client:
            client.ask("speed", speed=600)
            with running(tmp_path / "one.log", "run", str(config)) as daemon:
                client.ask("set", device="chamber", values={"setpoint": 90})
                until(lab.names, "an incident")
                (name,) = lab.names()
                until(lambda: lab.detail(name).get("recordings"), "traffic kept")
                assert (
                    lab.said("tick", name, "1", *by) == f"{name}: open, 1 of 2 steps ticked off\n"
                )
                lab.said("note", name, "smoke\nfrom above", *by)
                daemon.kill()
            with running(tmp_path / "two.log", "run", str(config)) as daemon:
                until(lambda: daq("status", "-c", str(config)).returncode == 0, "a daemon")
                refused = lab.said("close", name, "--why", "over", *by, code=1)
                assert "steps that nobody ticked off: 2" in refused
                lab.said("tick", name, "2", "--skip", "--why", "no door", *by)
                client.ask("set", device="chamber", values={"setpoint": 20})
                until(lambda: not any(a["active"] for a in lab.detail(name)["alarms"]), "cool")
                assert lab.said("close", name, "--why", "relay", *by).startswith(f"{name}: closed")
                hand = lab.said("open", "Smoke", "-i", "chamber", *by).partition(":")[0]
                until(lambda: hand in lab.names(), "the second")
                assert daemon.stop() == 0
    _check_course(lab, name)
    assert lab.names() == [hand, name]
    _check_commands(lab, hand)
    _check_reports(lab, name)


def _check_course(lab: Lab, name: str) -> None:
    detail = lab.detail(name)
    assert detail["status"]["title"] == "Chamber too hot"
    assert [alarm["name"] for alarm in detail["alarms"]] == ["chamber.high-high", "chamber.high"]
    assert [(step["tick"], step["by"]) for step in detail["steps"]] == [
        ("done", "Li"),
        ("skipped", "Li"),
    ]
    kinds = [one["kind"] for one in detail["course"]]
    assert kinds[0] == "alarm-raised"
    assert kinds.count("incident-opened") == 1
    assert "start" in kinds, "the daemon was away meanwhile"
    assert kinds[-1] == "incident-closed"
    (kept,) = detail["recordings"]
    traffic = (lab.config.parent / "journal.incidents" / kept["file"]).read_text().splitlines()
    assert len(traffic) == kept["pieces"] + 1
    assert "smoke from above" in lab.said("show", name)


def _check_commands(lab: Lab, hand: str) -> None:
    listed = lab.said("list", "--open")
    assert "Smoke" in listed
    assert "Chamber too hot" not in listed
    assert "no incident since" in lab.said("list", "--from", "now")
    assert "no daemon answers" in lab.said("tick", hand, "1", code=4)
    assert "not both" in lab.said("tick", hand, "1", "--skip", "--undo", code=2)
    assert "no incident" in lab.said("show", "20200101-1", code=1)


def _check_reports(lab: Lab, name: str) -> None:
    folder = lab.config.parent
    report = folder / "report.html"
    lab.said("report", name, "-o", str(report), "--lang", "zh", "--around", "1min")
    page = report.read_text("utf-8")
    for fact in ("应急事件报告", "Climate chamber", "no door", "未改动", "all.temperature"):
        assert fact in page, fact
    lab.said("report", name, "-o", str(folder / "report.pdf"))
    pages = PdfReader(folder / "report.pdf").pages
    assert "Incident report" in pages[0].extract_text()
    assert "ends in .html or .pdf" in lab.said("report", name, "-o", "x.doc", code=2)
    nowhere = lab.said("report", name, "-o", str(folder / "no" / "x.html"), code=1)
    assert "a folder that exists" in nowhere
