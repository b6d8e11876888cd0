"""A run across a power loss: it goes on, nothing of it is lost, and the loss is seen in it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daq.timefmt import rfc3339
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

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
group.all = {{ interval = "100ms", channels = ["temperature", "setpoint"] }}

[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {broker}

[runs]
required = ["sample"]

[lab]
[lab.wire.chamber]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber"
unit = 1
setpoints = [30.0]
"""


TOPIC = "lab/lab/_runs/chamber"


class Lab:
    """The commands, on one configuration."""

    def __init__(self, config: Path) -> None:
        self.config = config

    def said(self, *arguments: str, code: int = 0) -> str:
        done = daq("runs", *arguments, "-c", str(self.config))
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def done(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said(*arguments, "--json"))
        return found


def until(holds: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


def test_a_run_across_a_power_loss(tmp_path: Path, private_mosquitto: Mosquitto) -> None:
    config, port = tmp_path / "daq.toml", private_mosquitto.port
    config.write_text(CONFIG.format(port=free_port(), broker=port))
    lab, by = Lab(config), ("--by", "Li")
    start = ("start", "-i", "chamber", "--sample", "S-0815", "--key", "order-7", *by)
    with (
        running(tmp_path / "sim.log", "sim", "run", str(config)) as house,
        Subscriber(port) as broker,
    ):
        house.wait_text("Ctrl-C")
        with running(tmp_path / "one.log", "run", str(config)) as daemon:
            until(lambda: daq("status", "-c", str(config)).returncode == 0, "a daemon")
            assert "sample is missing" in lab.said("start", "-i", "chamber", *by, code=1)
            name = lab.done(*start)["run"]["id"]
            lab.said("mark", "door opened", *by)
            lab.said("pause", "--why", "specimen turned", *by)
            broker.wait_until(lambda: _topic(broker).get("state") == "paused", "paused")
            assert (_topic(broker)["run"], _topic(broker)["sample"]) == (name, "S-0815")
            daemon.kill()
        with running(tmp_path / "two.log", "run", str(config)) as daemon:
            until(lambda: daq("status", "-c", str(config)).returncode == 0, "a daemon")
            assert lab.done(*start)["repeated"], "asked again, it starts no second run"
            assert lab.said("resume", name, *by) == f"{name}: running\n"
            assert lab.said("stop", "--why", "all well", *by) == f"{name}: completed\n"
            broker.wait_until(lambda: TOPIC in broker.cleared, "taken away")
            assert f"{name} has ended" in lab.said("stop", name, *by, code=1)
            assert daemon.stop() == 0
    _check_shown(lab, name)


def _topic(broker: Subscriber) -> dict[str, Any]:
    return broker.newest_of.get(TOPIC, {})


def _check_shown(lab: Lab, name: str) -> None:
    detail = lab.done("show", name)
    run = detail["run"]
    assert (run["sample"], run["conclusion"], run["operator"]) == ("S-0815", "all well", "Li")
    assert [mark["text"] for mark in run["marks"]] == ["door opened"]
    assert [(each["why"], each["resumed_by"]) for each in run["pauses"]] == [
        ("specimen turned", "Li")
    ]
    ((loss),) = detail["interruptions"]
    assert loss["cause"] == "cut off"
    assert run["pauses"][0]["begin"] <= loss["begin"] < loss["end"] < run["pauses"][0]["end"]
    done = daq("export", "--run", name, "-c", str(lab.config))
    times = [line.split(",")[0] for line in done.stdout.splitlines()[1:]]
    assert times, done.stderr
    edges = [rfc3339(run[key])[:19] for key in ("begun", "ended")]
    assert edges[0] <= min(times)[:19] <= max(times)[:19] <= edges[1]
    shown = lab.said("show", name)
    assert all(word in shown for word in ("completed", "S-0815", "door opened", "cut off"))
    assert name in lab.said("list")
    assert "no run since" in lab.said("list", "--going")
    assert "no run '20200101-1'" in lab.said("show", "20200101-1", code=1)
    assert "in quotes" in lab.said("mark", "x", "y", code=2)
    assert "daq run" in lab.said("mark", "x", code=4), "there is no daemon"
