"""`daq calibration` without a daemon or a journal."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from daq.calibration.errors import DccError
from daq.cli.calibration import command
from tests.calibration_samples import balance

DCC = Path(__file__).parents[2] / "cases" / "dcc"
CONFIG = """
[site]
name = "lab"
[calibration]
path = "certificates"
[bus.bench]
port = "/dev/ttyS9"
[bus.other]
port = "/dev/ttyS8"
[instrument.balance]
profile = "mettler-sics"
bus = "bench"
asset = "A-0042"
group.all = { interval = "1s" }
[instrument.bare]
profile = "mettler-sics"
bus = "other"
asset = "A-0043"
group.all = { interval = "1s" }
"""

CURVES = """
number = "curves"
laboratory = "lab"
calibrated = 2026-03-12
valid_from = 2090-01-01
[instrument]
asset = "A-0042"
[channel.weight]
unit = "g"
correction = { polynomial = [0.1, 2.0], origin = 20 }
uncertainty = { a = 0.5, b = 0.01 }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG, "utf-8")
    (tmp_path / "certificates").mkdir()
    return path


def run(config: Path | None, *words: str) -> Result:
    options = () if config is None else ("-c", str(config))
    return CliRunner().invoke(command, [*words, *options])


def rows(config: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(config, *words, "--json").stdout)
    return found


def test_every_instrument_and_every_certificate_is_listed(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    balance(folder, "1", calibrated="2025-01-01", due="2026-01-01")
    balance(folder, "2", due="")
    balance(folder, "3", asset="A-9999")
    (folder / "curves.toml").write_text(CURVES, "utf-8")
    found = {(row["instrument"], row["certificate"]): row["state"] for row in rows(config, "list")}
    assert found == {
        ("balance", "1"): "before",
        ("balance", "2"): "in force",
        ("balance", "curves"): "not yet",
        ("bare", ""): "none",
        ("", "3"): "not configured",
    }
    check = run(config, "check")
    assert check.exit_code == 1
    assert "3: belongs to no configured instrument" in check.stdout
    assert "bare: no certificate" in check.stdout
    assert rows(config, "due") == []


def test_a_certificate_is_shown_with_its_curves(config: Path, tmp_path: Path) -> None:
    (tmp_path / "certificates" / "curves.toml").write_text(CURVES, "utf-8")
    balance(tmp_path / "certificates", "points")
    shown = run(config, "show", "curves").stdout
    assert "correction: polynomial 0.1, 2 in (x - 20)" in shown
    assert "uncertainty: 0.5 + 0.01 |x|" in shown
    points = run(config, "show", "points").stdout
    assert "interpolated between 2 points" in points
    assert "200.5" in points
    assert run(config, "show", "curved").exit_code == 2
    balance(tmp_path / "certificates", "digits", offset=0.0002)
    assert "200.0002" in run(config, "show", "digits").stdout


def test_all_is_well(config: Path, tmp_path: Path) -> None:
    for asset in ("A-0042", "A-0043"):
        balance(tmp_path / "certificates", asset, asset=asset)
    check = run(config, "check")
    assert (check.exit_code, check.stdout) == (0, "2 certificates, 0 to see to\n")
    soon = run(config, "due", "--within", "36500")
    assert (soon.exit_code, "A-0042" in soon.stdout) == (0, True)


def test_a_dcc_is_printed_or_written(tmp_path: Path) -> None:
    source = str(DCC / "temperature_typical.xml")
    printed = run(None, "import", source)
    assert "[channel.temperature]" in printed.stdout
    file = tmp_path / "one.toml"
    written = run(None, "import", source, "--channel", "probe=1", "--unit", "K", "-o", str(file))
    assert (written.exit_code, "[channel.probe]" in file.read_text()) == (0, True)
    missing = run(None, "import", source, "-o", str(tmp_path / "no" / "folder.toml"))
    assert "cannot be written" in str(missing.exception)
    assert run(None, "import", source, "--channel", "a b").exit_code == 2
    assert run(None, "import", source, "--unit", "K", "--unit", "Cel").exit_code == 2
    wrong = run(None, "import", source, "--channel", "probe=7")
    assert isinstance(wrong.exception, DccError)
    assert "there is no result 7" in str(wrong.exception)


def test_what_belongs_to_nothing_evaluates_nothing(config: Path, tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "3", asset="A-9999")
    found = run(config, "apply", "--certificate", "3")
    assert found.exit_code == 2
    assert "belongs to no instrument" in found.output
