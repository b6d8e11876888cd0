"""`daq scan`, on the wires of a simulated lab."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from drivers.found import BUNDLED
from tests.system.house import WAIT, Process, daq, running

pytestmark = pytest.mark.alone
"""What does not answer within a time-out is not found."""

LAB = """
[lab]
seed = 5

[lab.wire.rs485]
pty = "rs485"
baud = 9600

[lab.wire.meter]
tcp = "127.0.0.1:0"

[lab.wire.bench]
pty = "bench"
baud = 9600

[lab.wire.scales]
pty = "scales"
baud = 9600

[lab.wire.climate]
tcp = "127.0.0.1:0"

[lab.device.mains]
model = "eastron-sdm630"
wire = "rs485"
unit = 1

[lab.device.furnace]
model = "eurotherm-3000"
wire = "rs485"
unit = 2

[lab.device.probes]
model = "pta8c04"
wire = "rs485"
unit = 4

[lab.device.feeder]
model = "eastron-sdm630"
wire = "meter"
unit = 3

[lab.device.multimeter]
model = "keithley-2000"
wire = "bench"

[lab.device.balance]
model = "mettler-sics"
wire = "scales"

[lab.device.air]
model = "vaisala-hmt330"
wire = "climate"
"""

PROFILES = tuple(
    option
    for profile in ("keithley-2000", "mettler-sics", "vaisala-hmt330", "pta8c04", "lakeshore-218")
    for option in ("--profile", profile)
)


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, str]]:
    """Where each wire of a running lab can be reached."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "lab.toml").write_text(LAB, "utf-8")
    with running(folder / "lab.log", "sim", "run", str(folder / "lab.toml"), "--json") as lab:
        yield _addresses(lab)


def _addresses(lab: Process) -> dict[str, str]:
    lab.wait_text("climate")
    lab.wait_text("\n")
    found: list[dict[str, Any]] = json.loads(lab.text.splitlines()[0])["wires"]
    return {wire["name"]: wire["address"] for wire in found}


def scan(where: str, *options: str, code: int = 0) -> dict[str, Any]:
    done = daq("scan", where, "--json", *options, timeout=180)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def best(report: dict[str, Any]) -> dict[int | str | None, str]:
    """The best profile of each unit or address; empty where none fits."""
    return {
        each["unit"] or each["address"]: (each["matches"] or [{"profile": ""}])[0]["profile"]
        for each in report["found"]
    }


def accepted(configuration: str, folder: Path) -> Path:
    """A file with this in it; `daq check` accepts it."""
    path = folder / "daq.toml"
    path.write_text(f'[site]\nname = "lab"\n\n{configuration}', "utf-8")
    done = daq("check", str(path))
    assert done.returncode == 0, done.stdout
    return path


def test_all_units_of_a_line_are_found_and_what_is_printed_can_be_used(
    wires: dict[str, str], tmp_path: Path
) -> None:
    report = scan(wires["rs485"], "--units", "1-6", "--timeout", "300ms")
    assert best(report) == {1: "eastron-sdm630", 2: "eurotherm-3000", 4: "pta8c04"}
    assert report["complete"]
    path = accepted(report["configuration"], tmp_path)
    config = tomllib.loads(path.read_text("utf-8"))
    assert config["bus"]["line-1"]["port"] == wires["rs485"]
    done = daq("read", "eastron-sdm630", "-c", str(path), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["quality"] == {}


@pytest.mark.parametrize(
    ("wire", "profile"),
    [("bench", "keithley-2000"), ("scales", "mettler-sics"), ("climate", "vaisala-hmt330")],
)
def test_an_instrument_that_speaks_text_is_found(
    wires: dict[str, str], tmp_path: Path, wire: str, profile: str
) -> None:
    report = scan(wires[wire], "--units", "1", *PROFILES)
    assert best(report) == {None: profile}
    path = accepted(report["configuration"], tmp_path)
    assert daq("read", profile, "-c", str(path), "--json").returncode in (0, 1)


def test_a_meter_behind_an_address_is_found_with_its_framing(
    wires: dict[str, str], tmp_path: Path
) -> None:
    report = scan(wires["meter"], "--units", "1-4", "--profile", "eastron-sdm630")
    assert best(report) == {3: "eastron-sdm630"}
    assert report["found"][0]["framing"] == "tcp"
    accepted(report["configuration"], tmp_path)


def test_without_json_standard_output_is_the_configuration_and_nothing_else(
    wires: dict[str, str], tmp_path: Path
) -> None:
    done = daq("scan", wires["bench"], "--profile", "keithley-2000")
    assert done.returncode == 0, done.stderr
    accepted(done.stdout, tmp_path)
    assert "if nothing answers" in done.stderr
    assert "KEITHLEY" in done.stderr


def test_a_profile_of_ones_own_is_named_by_its_path(wires: dict[str, str], tmp_path: Path) -> None:
    own = tmp_path / "own" / "our-meter.toml"
    own.parent.mkdir()
    text = (BUNDLED / "keithley-2000.toml").read_text("utf-8")
    own.write_text(text.replace('name = "keithley-2000"', 'name = "our-meter"'), "utf-8")
    report = scan(wires["bench"], "--profile", str(own))
    assert best(report) == {None: str(own)}
    config = tomllib.loads(accepted(report["configuration"], tmp_path).read_text("utf-8"))
    assert list(config["instrument"]) == ["our-meter"]
    both = scan(wires["bench"], "--folder", str(tmp_path / "own"), "--profile", "keithley-2000")
    assert {match["profile"] for match in both["found"][0]["matches"]} == {
        "keithley-2000",
        str(own),
    }


def test_what_does_not_answer_is_an_exit_code_of_its_own(wires: dict[str, str]) -> None:
    report = scan(wires["rs485"], "--units", "20-22", "--profile", "pta8c04", code=4)
    assert (report["found"], report["configuration"], report["complete"]) == ([], "", True)


def test_an_answer_that_no_profile_fits_is_shown(wires: dict[str, str]) -> None:
    report = scan(wires["scales"], "--profile", "keithley-2000", code=1)
    assert report["not_understood"][0]["answer"] == repr("ES\r\n")


def test_it_ends_in_time_and_says_that_it_is_not_through(wires: dict[str, str]) -> None:
    options = ("--units", "1-200", "--profile", "eastron-sdm630", "--for", "4s")
    begun = time.monotonic()
    report = scan(wires["rs485"], *options)
    assert time.monotonic() - begun < 30
    assert not report["complete"]
    assert best(report)[1] == "eastron-sdm630"


def test_ctrl_c_gives_what_was_found_so_far_and_a_screen_shows_how_far_it_is(
    wires: dict[str, str], tmp_path: Path
) -> None:
    master, slave = pty.openpty()
    arguments = ("scan", wires["rs485"], "--profile", "eastron-sdm630", "--units", "1-200")
    process = subprocess.Popen(
        [sys.executable, "-m", "daq", *arguments],
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(slave)
    try:
        seen = _until(master, rb"Modbus unit ([2-9]|\d\d)")
        process.send_signal(signal.SIGINT)
        seen += _until(master, rb"not everything was tried")
        output, _ = process.communicate(timeout=WAIT)
    finally:
        process.kill()
        process.communicate()
        os.close(master)
    assert process.returncode == 130, seen
    configuration = output.decode()
    assert "unit = 1" in configuration
    accepted(configuration, tmp_path)


def _until(master: int, pattern: bytes) -> bytes:
    """Read the screen until something appears."""
    seen, limit = b"", time.monotonic() + WAIT
    os.set_blocking(master, False)
    while not re.search(pattern, seen):
        assert time.monotonic() < limit, seen
        try:
            seen += os.read(master, 65536)
        except BlockingIOError:
            time.sleep(0.02)
    return seen


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["/dev/no-such-port"], 4, "no such port"),
        (["127.0.0.1:9"], 4, "refused"),
        (["nowhere"], 2, "neither the path of a port nor HOST:PORT"),
        (["/dev/null", "--units", "0-3"], 2, "a unit is from 1 to 247"),
        (["/dev/null", "--parity", "evn"], 2, "'evn' is none of none, even"),
        (["/dev/null", "--profile", "no-such"], 3, "no profile 'no-such'"),
        (["/dev/null"], 4, "is not a serial port"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    arguments: Sequence[str], code: int, text: str
) -> None:
    done = daq("scan", *arguments)
    assert done.returncode == code, done.stderr
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_ports_are_listed() -> None:
    done = daq("scan", "--json")
    assert done.returncode == 0
    for port in json.loads(done.stdout):
        assert port["stable"]
