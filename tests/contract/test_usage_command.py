"""`daq usage` on the month that is calculated by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from daq.__main__ import cli
from daq.errors import DaqError
from tests.usage_samples import CASES, Case

CASE = Case(CASES / "march")
MARCH = ("--month", "2026-03")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usage")
    CASE.fill(folder / "journal.db")
    file = folder / "daq.toml"
    file.write_text((CASE.folder / "daq.toml").read_text("utf-8"))
    return file


def usage(config: Path, *words: str) -> str:
    result = CliRunner().invoke(cli, ["usage", "-c", str(config), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_hours_cost_runs_and_what_to_know_of_them(config: Path) -> None:
    said = rows(usage(config, *MARCH))
    assert ["chamber", "2938.00", "192.15", "14.00", "48.39", "0.00", "3192.54"] in said
    assert said[-1][:4] == ["chamber:", "for", "6.0", "h"]
    (run,) = [line for line in said if line[:1] == ["20260317-1"]]
    assert run[-2:] == ["253.46", "126.73"]
    by_centre = rows(usage(config, *MARCH, "--by", "cost-centre"))
    assert ["4711", "2461.00", "152.08", "0.00", "197.85", "30.67", "2841.60"] in by_centre


def test_other_programs_get_the_same(config: Path) -> None:
    found: dict[str, Any] = json.loads(usage(config, *MARCH, "--json", "--by", "room"))
    assert [one["name"] for one in found["rows"]] == ["Hall 1", "Hall 2"]
    assert found["total"]["total"] == "6153.01"
    assert found["rows"][1]["mtbf_hours"] == 41
    assert (found["start"], found["whole"]) == ("2026-02-28T23:00:00+00:00", True)
    assert {one["run"]: one["total"] for one in found["runs"]} == {
        "20260227-1": "1150.21",
        "20260317-1": "253.46",
        "20260317-2": "471.23",
    }
    assert usage(config, *MARCH, "--csv").splitlines() == (
        (CASE.folder / "finance.csv").read_text("utf-8").splitlines()
    )


def test_a_run_over_two_months(config: Path) -> None:
    found: dict[str, Any] = json.loads(usage(config, "run", "20260227-1", "--json"))
    # No daemon ran before 19:59:59 of the 28th: 4 h and 1 s of February at 20 an hour, 80.01.
    assert (found["amounts"]["hours"], found["samples"], found["each"]) == ("1172.01", 0, None)
    assert "no sample is named" in usage(config, "run", "20260227-1")
    assert "2 samples, 126.73 each" in usage(config, "run", "20260317-1")


@pytest.mark.parametrize("name", ["month.html", "month.csv"])
def test_the_report_is_a_file(config: Path, name: str) -> None:
    path = config.with_name(name)
    assert usage(config, *MARCH, "-o", str(path), "--lang", "zh").strip() == str(path)
    text = path.read_text("utf-8")
    assert "6\u202f153.01" in text if name.endswith("html") else "4711" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--month", "2026-3"), "write year and month"),
        (("--month", "2199-01"), "has not begun"),
        (("-o", "month.doc"), "ends in .html, .pdf or .csv"),
        (("run", "x"), "is no run"),
        (("run", "20260101-1"), "20260101-1"),
    ],
)
def test_what_is_wrong_is_said(config: Path, words: Sequence[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["usage", "-c", str(config), *words])
    assert result.exit_code != 0
    told = str(result.exception) if isinstance(result.exception, DaqError) else result.output
    assert said in told


def test_without_anything_in_use(tmp_path: Path) -> None:
    file = tmp_path / "daq.toml"
    file.write_text('[site]\nname = "lab"\n')
    result = CliRunner().invoke(cli, ["usage", "-c", str(file)])
    assert result.exit_code == 1
    file.write_text("no toml")
    assert CliRunner().invoke(cli, ["usage", "-c", str(file)]).exit_code != 0
    missing = CliRunner().invoke(cli, ["usage", "-c", str(tmp_path / "missing.toml")])
    assert "no such file" in str(missing.exception)
