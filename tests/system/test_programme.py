"""A run against a programme, across a power loss, with the real daemon and a simulated chamber."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

[programme.quick]
reading_holds = "300ms"
[programme.quick.role.temperature]
channel = "chamber.temperature"
set_point = "chamber.setpoint"
tolerance = 15.0
[[programme.quick.step]]
name = "first"
set = {{ temperature = 22.0 }}
dwell = "500ms"
[[programme.quick.step]]
name = "second"
dwell = "1h"

[lab]
[lab.wire.chamber]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber"
unit = 1
setpoints = [22.0]
"""


def runs(config: Path, *arguments: str, code: int = 0) -> str:
    done = daq("runs", *arguments, "-c", str(config))
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def shows(config: Path, name: str, *words: str) -> bool:
    shown = runs(config, "show", name)
    return all(word in shown for word in words)


def until(holds: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.5)


def test_a_programme_across_a_power_loss(tmp_path: Path) -> None:
    config = tmp_path / "daq.toml"
    config.write_text(CONFIG.format(port=free_port()))
    start = ("start", "-i", "chamber", "--by", "Li", "--programme")
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as house:
        house.wait_text("Ctrl-C")
        with running(tmp_path / "one.log", "run", str(config)) as daemon:
            until(lambda: daq("status", "-c", str(config)).returncode == 0, "a daemon")
            assert "no programme 'quik'" in runs(config, *start, "quik", code=1)
            name = json.loads(runs(config, *start, "quick", "--json"))["run"]["id"]
            until(lambda: "1 of 2 ramps and dwells" in runs(config, "show", name), "the first")
            daemon.kill()
        assert "at 20" in runs(config, "show", name), "what the journal tells without a daemon"
        with running(tmp_path / "two.log", "run", str(config)) as daemon:
            until(lambda: shows(config, name, "remaining", "power"), "how far it is, and the loss")
            runs(config, "stop", name, "--by", "Li")
            until(lambda: "programme cut" in runs(config, "show", name), "the end")
            assert daemon.stop() == 0
    _check_evaluated(config, name)


def _check_evaluated(config: Path, name: str) -> None:
    found: dict[str, Any] = json.loads(runs(config, "evaluate", name, "--json"))
    first, second = found["results"]
    assert (found["status"], found["verdict"]) == ("cut", "cut")
    assert (first["verdict"], second["verdict"]) == ("within", "unfinished")
    assert first["counted"] == first["planned"]
    assert second["counted"] < second["planned"]
    assert "power" in [each["cause"] for each in found["interruptions"]]
    assert "without a programme" not in runs(config, "evaluate", name)
    assert "no run '20200101-1'" in runs(config, "evaluate", "20200101-1", code=1)
