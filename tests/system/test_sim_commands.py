"""`daq sim`: a simulated laboratory run, looked at, operated and spoiled from the command line."""

import json
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.system.house import daq, running

LAB = """
[lab]
[lab.wire.line]
tcp = "127.0.0.1:0"
[lab.device.furnace]
model = "eurotherm-3000"
wire = "line"
setpoints = [100.0]
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[str, dict[str, Any]]]:
    """The place of a laboratory that runs, and what it said when it was ready."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "lab.toml").write_text(LAB)
    control = str(folder / "control")
    arguments = ("run", str(folder / "lab.toml"), "--control", control, "--speed", "5", "--json")
    with running(folder / "out.json", "sim", *arguments) as process:
        process.wait_text("\n")
        yield control, json.loads(process.text)
        assert process.stop() == 0
    assert not Path(control).exists()


def told(control: str, *arguments: str) -> Any:  # noqa: ANN401 - as the command prints it
    done = daq("sim", *arguments, "--control", control, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_says_where_everything_is(lab: tuple[str, dict[str, Any]]) -> None:
    control, ready = lab
    assert ready["control"] == control
    (wire,) = ready["wires"]
    host, _, port = wire["address"].rpartition(":")
    with socket.create_connection((host, int(port)), 10):
        pass
    (furnace,) = told(control, "list")
    assert furnace["address"] == wire["address"]
    for words in ("furnace", "eurotherm-3000", "setpoint", "sensor-break"):
        assert words in daq("sim", "list", "--control", control).stdout


def test_it_is_operated(lab: tuple[str, dict[str, Any]]) -> None:
    control, _ = lab
    state = told(control, "set", "furnace", "setpoint=250", "manual=true", "output=12.5")
    assert state["controls"] == {"setpoint": 250, "manual": True, "output": 12.5}
    assert told(control, "state", "furnace")["channels"]["target_setpoint"] == 250
    assert "target_setpoint" in daq("sim", "state", "--control", control).stdout
    assert (
        "sensor-break" in daq("sim", "set", "furnace", "sensor-break", "--control", control).stdout
    )
    assert told(control, "set", "furnace", "sensor-break=false")["happening"] == []


def test_faults_happen_and_end(lab: tuple[str, dict[str, Any]]) -> None:
    control, _ = lab
    options = ("--for", "5s", "--every", "30s", "--probability", "0.1", "--seed", "4")
    injected = told(control, "fault", "furnace", "late", "--delay", "500ms", *options)
    fault = injected["fault"]
    assert (fault["kind"], fault["duration"], fault["every"]) == ("late", 5, 30)
    assert (fault["delay"], fault["probability"], fault["seed"]) == (0.5, 0.1, 4)
    assert [each["number"] for each in told(control, "faults")] == [injected["number"]]
    assert told(control, "cancel", str(injected["number"])) == {"cancelled": [injected["number"]]}
    told(control, "fault", "furnace", "sensor-break")
    assert "sensor-break of furnace" in daq("sim", "faults", "--control", control).stdout
    assert "cancelled: " in daq("sim", "cancel", "--all", "--control", control).stdout
    assert told(control, "faults") == []


def test_replies_are_counted_and_time_runs_faster(lab: tuple[str, dict[str, Any]]) -> None:
    control, _ = lab
    assert told(control, "served") == {"furnace": {"replies": 0, "served": 0, "struck": 0}}
    assert told(control, "speed") == {"speed": 5.0}
    assert told(control, "speed", "60") == {"speed": 60.0}
    assert "60 s of physics" in daq("sim", "speed", "--control", control).stdout
    assert "furnace" in daq("sim", "served", "--control", control).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("fault", "furnace", "flood"), 1, "eurotherm-3000 knows silence, late"),
        (("fault", "oven", "silence"), 1, "no device 'oven'"),
        (("set", "furnace", "setpoint=hot"), 1, "setpoint takes a number, not 'hot'"),
        (("set", "furnace", "lid"), 1, "not 'lid'"),
        (("cancel", "4711"), 1, "4711"),
        (("cancel",), 2, "one of NUMBER, --device and --all"),
        (("fault", "furnace", "late", "--for", "soon"), 2, "--for"),
        (("speed", "-1"), 2, "-1"),
    ],
)
def test_what_is_refused(
    lab: tuple[str, dict[str, Any]], arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = daq("sim", *arguments, "--control", lab[0])
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_without_a_laboratory(tmp_path: Path) -> None:
    done = daq("sim", "state", "--control", str(tmp_path / "nowhere"))
    assert done.returncode == 4
    assert "no simulated lab answers" in done.stderr
    assert "which laboratory?" in daq("sim", "state").stderr


def test_one_instrument_without_a_file(tmp_path: Path) -> None:
    pty, control = tmp_path / "port", str(tmp_path / "control")
    arguments = ("--pty", str(pty), "--speed", "0", "--control", control, "-o", "samples=false")
    with running(tmp_path / "out", "sim", "start", "mettler-sics", *arguments) as process:
        process.wait_text("Ctrl-C ends")
        assert pty.is_symlink()
        assert told(control, "speed") == {"speed": 0.0}
        assert process.stop() == 0
    assert not pty.is_symlink()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("mettler",), 2, "no model 'mettler'; did you mean mettler-sics"),
        (("mettler-sics", "-o", "colour=red"), 1, "colour"),
        (("mettler-sics", "--pty", "a", "--tcp", "b:1"), 2, "either --pty or --tcp"),
        (("mettler-sics", "--tcp", "nowhere"), 1, "tcp is like"),
        (("mettler-sics", "--control", "8.8.8.8:1"), 1, "only this machine"),
    ],
)
def test_one_instrument_that_cannot_be(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = daq("sim", "start", *arguments)
    assert done.returncode == code
    assert words in done.stderr
