from pathlib import Path

import pytest

from daq.calibration.curve import Line, Polynomial, Table
from daq.calibration.file import read_certificate
from daq.calibration.folder import read_folder
from daq.calibration.write import certificate_text
from drivers.tomlfile import TomlError
from tests.calibration_samples import balance

ROOT = Path(__file__).parents[3]

HEAD = """\
number = "1"
laboratory = "lab"
calibrated = 2026-03-12
[instrument]
asset = "A-1"
[channel.t]
unit = "Cel"
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "certificate.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(TomlError) as caught:
        read_certificate(file)
    return [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems]


def test_the_example_is_right_and_says_what_it_says() -> None:
    certificate, _ = read_certificate(ROOT / "config/certificates/balance.toml")
    (weight,) = certificate.channels
    assert (certificate.number, certificate.due) == ("2026-0815", "2027-03-12")
    assert isinstance(weight.correction, Table)
    assert weight.correction.points[2] == (100.0002, -0.0002)
    assert (weight.low, weight.high, weight.k) == (0.0, 200.0005, 2.0)


def test_the_hash_is_of_what_is_said_and_not_of_how(tmp_path: Path) -> None:
    one, _ = read_certificate(balance(tmp_path))
    file = tmp_path / "other.toml"
    file.write_text("# a remark\n" + balance(tmp_path).read_text(), "utf-8")
    other, _ = read_certificate(file)
    assert one.hash == other.hash
    changed, _ = read_certificate(balance(tmp_path, offset=0.6))
    assert changed.hash != one.hash


def test_what_is_written_is_read_again_as_it_was(tmp_path: Path) -> None:
    certificate, _ = read_certificate(balance(tmp_path, serial="B-1"))
    file = tmp_path / "again.toml"
    file.write_text(certificate_text(certificate), "utf-8")
    again, _ = read_certificate(file)
    assert again == certificate
    assert again.hash == certificate.hash


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("correction = { table = [[0, 1]], polynomial = [1] }", "needs either table or polynomial"),
        ("correction = { table = [[0, 1], [0, 2]] }", "has two points at the same reading"),
        ("correction = { polynomial = [nan] }", "must be a number, found nan"),
        ("correction = { polynomial = [] }", "must not be empty"),
        ("uncertainty = { b = 1.0 }", "needs either a (and b), or table"),
        ("uncertainty = { table = [[0, -1.0]] }", "has an uncertainty below 0"),
        ("uncertainty = { a = -1.0 }", "uncertainty.a"),
        ("range = [5.0, 1.0]", "must be [lowest, highest]"),
        ("k = 0", "channel.t.k"),
        ("corection = { table = [[0, 1]] }", "correction"),
        ("points = [{ reading = 1.0 }]", "reference"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(tmp_path: Path, line: str, expected: str) -> None:
    (found,) = problems(tmp_path, HEAD + line + "\n")
    assert found.startswith("8: channel.t.")
    assert expected in found


def test_whose_it_is_and_when_must_be_said(tmp_path: Path) -> None:
    text = HEAD.replace('asset = "A-1"\n', "").replace(
        "2026-03-12\n", "2026-03-12\ndue = 2026-03-11\n"
    )
    found = problems(tmp_path, text)
    assert any("whose certificate is it?" in one for one in found)
    late = HEAD.replace("2026-03-12\n", "2026-03-12\ndue = 2026-03-11\n")
    assert "before the day of the calibration" in problems(tmp_path, late)[0]
    early = HEAD.replace("2026-03-12\n", "2026-03-12\nvalid_from = 2026-03-11\n")
    assert "before the day of the calibration" in problems(tmp_path, early)[0]


def curves(tmp_path: Path, lines: str) -> tuple[object, object]:
    file = tmp_path / "curves.toml"
    file.write_text(HEAD + lines, "utf-8")
    (channel,) = read_certificate(file)[0].channels
    return channel.correction, channel.uncertainty


def test_curves_are_as_given_or_follow_from_the_points(tmp_path: Path) -> None:
    points = "points = [{ reading = 1.1, reference = 1.0, uncertainty = 0.2 }]\n"
    assert curves(tmp_path, points) == (Table(((1.1, -0.1),)), Table(((1.1, 0.2),)))
    assert curves(tmp_path, points + "correct = false\n") == (None, Table(((1.1, 0.2),)))
    given = points + "correction = { polynomial = [1, 2] }\nuncertainty = { a = 0.5 }\n"
    assert curves(tmp_path, given) == (Polynomial((1.0, 2.0)), Line(0.5))
    assert curves(tmp_path, "") == (None, None)
    unsure = (
        "points = [{ reading = 1, reference = 2 }, { reading = 2, reference = 3, uncertainty = 1 }]"
    )
    assert curves(tmp_path, unsure)[1] is None


def test_a_reading_that_was_taken_up_and_down_counts_once(tmp_path: Path) -> None:
    twice = (
        "points = [{ reading = 19.7, reference = 20.1, uncertainty = 0.6 },"
        "{ reading = 19.7, reference = 20.0, uncertainty = 0.7 }]"
    )
    assert curves(tmp_path, twice) == (Table(((19.7, 0.35),)), Table(((19.7, 0.7),)))


def test_a_folder_names_every_wrong_file_and_every_number_that_is_there_twice(
    tmp_path: Path,
) -> None:
    balance(tmp_path, "1")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "copy.toml").write_text((tmp_path / "1.toml").read_text(), "utf-8")
    (tmp_path / "broken.toml").write_text("number = \n", "utf-8")
    (tmp_path / "note.txt").write_text("no certificate", "utf-8")
    with pytest.raises(TomlError) as caught:
        read_folder(tmp_path)
    text = str(caught.value)
    assert "broken.toml:1" in text
    assert 'copy.toml:1: number: "1" is the number in' in text


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(TomlError, match="is no folder"):
        read_folder(tmp_path / "missing")
    assert read_folder(tmp_path) == ()
