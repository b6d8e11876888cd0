"""A chamber that gets too hot: simulator, daemon and commands, as people use them."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daq.journal.reader import JournalReader
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
group.all = {{ interval = "100ms", channels = ["temperature", "setpoint"] }}

[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
title = "Chamber too hot"
high = 60
dead_band = 1
priority = "high"

[alarm.silent]
type = "stale"
channel = "chamber.temperature"
after = "1min"

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


def until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


def told(config: Path) -> list[str]:
    path = config.parent / "journal.db"
    if not path.exists():
        return []
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [
        f"{event.subject} {event.kind} {event.data.get('by', '')}".strip()
        for event in events
        if event.kind.startswith("alarm-")
    ]


def alarms(config: Path) -> dict[str, dict[str, Any]]:
    done = daq("alarms", "list", "--all", "--json", "-c", str(config))
    found: list[dict[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else []
    return {alarm["name"]: alarm for alarm in found}


def comment(config: Path, by: tuple[str, ...]) -> None:
    said = daq("alarms", "comment", "chamber.high", "--why", "service called", *by)
    assert said.stdout == "chamber.high: acknowledged\n"
    until(lambda: told(config)[-1] == "chamber.high alarm-comment Li", "commented")


def test_over_temperature_from_event_to_return_across_a_kill(tmp_path: Path) -> None:
    config, control = tmp_path / "daq.toml", f"127.0.0.1:{free_port()}"
    config.write_text(CONFIG.format(port=free_port(), control=control))
    by = ("--by", "Li", "-c", str(config))
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        with ControlClient(control) as client:
            client.ask("speed", speed=600)
            with running(tmp_path / "one.log", "run", str(config)) as daemon:
                until(lambda: "chamber.high" in alarms(config), "alarms")
                client.ask("set", device="chamber", values={"setpoint": 90})
                until(lambda: told(config) == ["chamber.high alarm-raised"], "raised")
                found = alarms(config)
                assert found["chamber.high"]["state"] == "unacknowledged"
                assert "limit above 60" in found["chamber.high"]["text"]
                assert found["silent"]["state"] == "normal"
                shown = daq("alarms", "list", "-c", str(config)).stdout
                assert "chamber.high" in shown
                assert "silent" not in shown
                done = daq("ack", "chamber.high", "--why", "door open", *by)
                assert (done.returncode, done.stdout) == (0, "chamber.high: acknowledged\n")
                twice = daq("ack", "chamber.high", *by)
                assert twice.returncode == 1
                assert "is acknowledged: cannot be acknowledged" in twice.stderr
                wrong = daq("ack", "chamber.hihg", *by)
                assert "did you mean chamber.high?" in wrong.stderr
                until(lambda: len(told(config)) == 2, "acknowledged")
                daemon.kill()
            with running(tmp_path / "two.log", "run", str(config)) as daemon:
                until(lambda: "chamber.high" in alarms(config), "alarms again")
                found = alarms(config)["chamber.high"]
                assert (found["state"], found["active"]) == ("acknowledged", True)
                assert "limit above 60" in found["saw"]
                comment(config, by)
                assert alarms(config)["chamber.high"] == found
                shelved = daq("shelve", "chamber.high", "1h", "--why", "repair", *by)
                assert shelved.stdout.startswith("chamber.high: shelved until ")
                assert daq("unshelve", "chamber.high", *by).stdout == (
                    "chamber.high: unacknowledged\n"
                )
                client.ask("set", device="chamber", values={"setpoint": 20})
                until(lambda: len(told(config)) == 6, "returned")
                done = daq("ack", "chamber.high", *by)
                assert done.stdout == "chamber.high: normal\n"
                until(lambda: len(told(config)) == 7, "acknowledged at last")
                assert daemon.stop() == 0
    assert told(config) == [
        "chamber.high alarm-raised",
        "chamber.high alarm-acknowledged Li",
        "chamber.high alarm-comment Li",
        "chamber.high alarm-shelved Li",
        "chamber.high alarm-unshelved Li",
        "chamber.high alarm-returned",
        "chamber.high alarm-acknowledged Li",
    ]
    assert daq("ack", "chamber.high", *by).returncode == 4
    tried = daq("alarms", "test", "-c", str(config))
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.splitlines()[-1] == "1 raised: chamber.high 1"
    assert [line.split()[1] for line in tried.stdout.splitlines()[:-1]] == ["chamber.high"] * 2
