"""Certificates held against the instruments of a configuration."""

from pathlib import Path

import pytest

from daq.build.judge import Judged, judge
from tests.calibration_samples import balance

CONFIG = """
[site]
name = "lab"
[calibration]
path = "certificates"
[bus.bench]
port = "/dev/ttyS9"
[instrument.balance]
profile = "mettler-sics"
bus = "bench"
asset = "A-0042"
serial_number = "B-1"
group.all = { interval = "1s" }
"""


def judged(tmp_path: Path, text: str = CONFIG) -> Judged:
    (tmp_path / "daq.toml").write_text(text, "utf-8")
    (tmp_path / "certificates").mkdir(exist_ok=True)
    return judge(tmp_path / "daq.toml", environ={})


def test_what_fits_is_in_force_and_part_of_what_measures(tmp_path: Path) -> None:
    without = judged(tmp_path)
    file = balance(tmp_path / "certificates", serial="B-1")
    found = judged(tmp_path)
    assert not found.errors
    assert without.setup is not None
    assert found.setup is not None
    (one,) = found.setup.calibrations["balance"]
    assert (one.channel, one.certificate, one.serial_number) == ("weight", "2026-0815", "B-1")
    assert found.setup.hash != without.setup.hash
    file.write_text(file.read_text() + "# a remark changes nothing\n", "utf-8")
    again = judged(tmp_path).setup
    assert again is not None
    assert again.hash == found.setup.hash


def test_no_certificates_leave_the_hash_as_it_was(tmp_path: Path) -> None:
    one = judged(tmp_path).setup
    other = judged(tmp_path, CONFIG.replace('[calibration]\npath = "certificates"\n', "")).setup
    assert one is not None
    assert other is not None
    assert one.hash == other.hash


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "[channel.weight]",
            "[channel.wieght]",
            ':8: channel.wieght: instrument balance has no channel "wieght" (did you mean',
        ),
        (
            'unit = "g"',
            'unit = "kg"',
            ':9: channel.weight.unit: is "kg", but instrument balance gives "g"',
        ),
        (
            'serial_number = ""',
            'serial_number = "B-2"',
            ':7: instrument.serial_number: "B-2" is not the serial number of instrument balance',
        ),
        ("reading = 0.0", "reeding = 0.0", ":11: channel.weight.points[0]"),
    ],
)
def test_what_does_not_fit_is_named_with_file_and_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    file = balance(tmp_path / "certificates", "certificate")
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    found = judged(tmp_path)
    assert any(f"certificate.toml{said}" in error for error in found.errors), found.errors
    assert found.setup is None


def test_a_folder_that_is_missing_is_said_where_it_is_named(tmp_path: Path) -> None:
    found = judged(tmp_path, CONFIG.replace('"certificates"', '"missing"'))
    (error,) = found.errors
    assert "daq.toml:5: calibration.path: " in error
    assert "is no folder that can be read" in error


def test_days_of_reminding_are_days(tmp_path: Path) -> None:
    wrong = CONFIG.replace('path = "certificates"', 'remind = ["30d"]')
    assert any("remind" in error for error in judged(tmp_path, wrong).errors)
    right = judged(tmp_path, CONFIG.replace("path =", "remind = [0, 60, 7, 7]\npath ="))
    assert right.setup is not None
    assert right.setup.config.calibration.remind == (60, 7, 0)
