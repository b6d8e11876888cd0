"""Annunciators in the configuration: nothing is written that was not allowed, word for word."""

from pathlib import Path

import pytest

from daq.build.setup import Setup
from daq.config.load import examine, load_config

HEAD = """\
[site]
name = "lab"
[bus.relays]
address = "127.0.0.1:1"
[bus.meter]
address = "127.0.0.1:2"
[instrument.meter]
profile = "keithley-2000"
bus = "meter"
group.all = { interval = "1s" }
[alarm.silent]
type = "stale"
channel = "meter.voltage"
after = "1min"
group = "meters"
[annunciator.tower]
"""
COIL = 'type = "coil"\nbus = "relays"\nunit = 1\nhorn = 1\n'
ALLOWED = COIL + "allow_writing = true\n"
COMMAND = 'type = "command"\nrun = ["/bin/true"]\n'


def findings(tmp_path: Path, table: str) -> tuple[list[str], list[str]]:
    path = tmp_path / "daq.toml"
    path.write_text(HEAD + table)
    found = examine(path)
    strip = f"{path}:"
    errors, warnings = (
        [str(each).replace(strip, "") for each in each_of]
        for each_of in (found.errors, found.warnings)
    )
    return errors, warnings


@pytest.mark.parametrize("table", [ALLOWED, COMMAND, ALLOWED + 'lamp = 0\nflash = "1s"\n'])
def test_what_is_right_is_taken(tmp_path: Path, table: str) -> None:
    errors, warnings = findings(tmp_path, table)
    assert not errors
    assert [each for each in warnings if "annunciator" in each] == []
    assert any("nothing uses this bus" in each for each in warnings) is (table == COMMAND)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (COIL, "allow_writing"),
        (COIL + "allow_writing = false\n", "allow_writing"),
        (ALLOWED.replace("horn = 1\n", ""), "needs lamp, horn or both"),
        (ALLOWED + "lamp = 1\n", "cannot be the same coil"),
        (ALLOWED.replace('"relays"', '"relay"'), 'no bus "relay"'),
        (ALLOWED.replace('"relays"', '"meter"'), "bus meter speaks text"),
        (ALLOWED.replace("unit = 1", "unit = 0"), "unit"),
        (ALLOWED + 'flash = "10ms"\n', "400ms"),
        (ALLOWED + 'priorities = ["none"]\n', "priorities"),
        (ALLOWED + "priorities = []\n", "priorities"),
        (COMMAND.replace("/bin/true", "true"), "whole path"),
        (COMMAND.replace('["/bin/true"]', "[]"), "run"),
        (COMMAND.replace('["/bin/true"]', '"/bin/true"'), "run"),
        (COMMAND + "allow_writing = true\n", "allow_writing"),
        (f"{ALLOWED}[annunciator.two]\n{ALLOWED}", "annunciator tower writes the same coil"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, table: str, told: str) -> None:
    errors, _ = findings(tmp_path, table)
    assert any(told in each for each in errors), errors


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (COMMAND.replace("/bin/true", "/no/such"), "/no/such is no program that can be run here"),
        (ALLOWED + 'groups = ["meter"]\n', 'no alarm has the group "meter"'),
    ],
)
def test_what_is_doubtful_is_told(tmp_path: Path, table: str, told: str) -> None:
    errors, warnings = findings(tmp_path, table)
    assert not errors
    assert any(told in each for each in warnings), warnings


def test_a_bus_with_coils_alone_is_used_and_keeps_the_silence_of_modbus(tmp_path: Path) -> None:
    path = tmp_path / "daq.toml"
    path.write_text(HEAD + ALLOWED)
    setup = Setup.of(load_config(path))
    assert setup.used_buses == ("relays", "meter")
    assert setup.writes_on("relays")
    assert not setup.writes_on("meter")
