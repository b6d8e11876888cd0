"""`daq evidence` as people type it, and its verifier as others run it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from daq.__main__ import cli
from daq.build.kept import keep_configuration
from daq.cli.configuration import configured_setup
from daq.evidence import verifier
from daq.evidence.configurations import folder_beside, kept
from tests.calibration_samples import balance
from tests.evidence_samples import NUMBER, changed, files_of, journal_of_a_run, key_pair

CONFIG = '[site]\nname = "lab"\ntitle = "Lab 7"\n[journal]\npath = "journal.db"\n'


@pytest.fixture
async def lab(tmp_path: Path) -> Path:
    await journal_of_a_run(tmp_path)
    key_pair(tmp_path)
    (tmp_path / "daq.toml").write_text(CONFIG)
    return tmp_path


def run(lab: Path, *words: str) -> tuple[int, str]:
    return called(*words, "-c", str(lab / "daq.toml"))


def called(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, words)
    return result.exit_code, f"{result.output}{result.exception or ''}"


def alone(lab: Path, pack: Path, *words: str) -> tuple[int, str]:
    """As whoever gets a pack: the program out of it, isolated from everything here."""
    program = lab / "verify.py"
    if not program.exists():
        program.write_bytes(files_of(pack)["verify.py"])
    done = subprocess.run(
        [sys.executable, "-I", program, pack, *words], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_run_is_packed_checked_and_evaluated(lab: Path) -> None:
    pack = lab / "run.zip"
    code, said = run(lab, "evidence", NUMBER, "-o", str(pack), "--key", str(lab / "station.pem"))
    assert code == 0, said
    assert "was in force, and was not kept" in said
    names = set(files_of(pack))
    assert {f"report-{lang}.{end}" for lang in ("en", "zh") for end in ("html", "pdf")} <= names
    assert json.loads(files_of(pack)["run.json"])["conclusion"] == "within tolerance"
    code, said = alone(lab, pack, "--key", str(lab / "station.pub"))
    assert (code, said.splitlines()[-1]) == (0, "everything is as it was written")
    same = "180 scans, 3 channels: the same numbers\n"
    assert called("evidence", "evaluate", str(pack)) == (0, same)
    other = balance(lab / "other", "2027-1", offset=1.5, asset="EM-0012")
    words = ("evidence", "evaluate", str(pack), "--certificate", str(other), "-i", "balance")
    code, said = called(*words)
    assert code == 1
    assert "weighing.weight: certificate is 2027-1, the pack states 2026-0815" in said
    assert "name the instrument" in called(*words[:-2])[1], "both have this asset id"


def test_a_station_with_a_key_of_its_own(lab: Path) -> None:
    (lab / "daq.toml").write_text(
        f'{CONFIG}signing_key = {{ file = "station.pem" }}\n'
        '[evidence]\nlaboratory = "Li & Co"\naddress = "Main St 7"\n'
    )
    pack, public = lab / "run.zip", str(lab / "station.pub")
    code, said = run(lab, "evidence", NUMBER, "-o", str(pack), "--chain", "--no-pdf")
    assert code == 0, said
    report = files_of(pack)["report-en.html"].decode()
    assert "Li &amp; Co" in report
    assert "Main St 7" in report
    assert called("verify", str(pack), "--key", public)[0] == 0
    fake = changed(pack, lambda files: files.update({"events.csv": b""}))
    code, said = called("verify", str(fake), "--json")
    assert (code, json.loads(said.partition("\n")[0])["sound"]) == (1, False)
    assert "events.csv: has 0 bytes" in called("verify", str(fake), "--key", public)[1]
    assert run(lab, "archive", "--to", str(lab / "archive"))[0] == 0
    assert called("verify", str(lab / "archive"), "--key", public)[0] == 0
    (lab / "empty").mkdir()
    assert "there is no folder of a day in it" in called("verify", str(lab / "empty"))[1]
    code, said = run(lab, "evidence", NUMBER, "-o", str(pack), "--unsigned", "--no-pdf")
    assert "the pack is not signed" in said


def test_who_checks_alone_is_told_what_is_wrong(lab: Path) -> None:
    pack = lab / "period.zip"
    words = ("--from", "2026-11-23T12:00:00Z", "--to", "2026-11-23T12:00:30Z", "-i", "meter")
    key = str(lab / "station.pem")
    code, said = run(lab, "evidence", *words, "-o", str(pack), "--key", key, "--no-pdf")
    assert code == 0, said
    lines = files_of(pack)["journal.jsonl"].splitlines(keepends=True)
    fewer = b"".join(lines[:9] + lines[10:])
    fake = changed(pack, lambda files: files.update({"journal.jsonl": fewer}))
    code, said = alone(lab, fake)
    assert code == 1
    assert "line 10: entry 25 is altered, or one between 21 and it was removed" in said
    code, said = alone(lab, lab / "daq.toml")
    assert code == 2
    assert "no zip file" in said


def test_what_is_wrong_with_a_wish_is_said(lab: Path) -> None:
    assert "`daq runs list`" in run(lab, "evidence", "--no-pdf")[1]
    assert "a run has its own period" in run(lab, "evidence", NUMBER, "-i", "meter")[1]
    assert "is no run" in run(lab, "evidence", "nonsense")[1]
    code, said = run(lab, "evidence", "--from", "2026-11-23", "-i", "metre")
    assert code == 2
    assert "did you mean" in said or "there are" in said
    code, said = run(lab, "evidence", NUMBER, "--key", str(lab / "daq.toml"))
    assert code == 1
    assert "no private key as PEM" in said
    assert "no evidence pack" in called("evidence", "evaluate", str(lab / "daq.toml"))[1]


def test_the_archive_command(lab: Path) -> None:
    code, said = run(lab, "archive")
    assert code == 2
    assert "give --to DIR" in said
    code, said = run(lab, "archive", "--to", str(lab / "archive"), "--json")
    assert code == 0, said
    assert [one["day"] for one in json.loads(said)] == ["2026-11-23"]
    assert "nothing to add" in run(lab, "archive", "--to", str(lab / "archive"))[1]


def test_the_verifier_needs_nothing_of_ours() -> None:
    tree = ast.parse(Path(verifier.__file__).read_text("utf-8"))
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module).partition(".")[0])
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_configuration_in_force_is_kept_and_bound(lab: Path) -> None:
    setup = configured_setup(lab / "daq.toml")
    keep_configuration(setup)
    keep_configuration(setup)
    folder = folder_beside(lab / "journal.db")
    assert kept(folder, setup.hash) == setup.canonical
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    assert kept(folder, setup.hash) is None
    assert kept(folder, "../daq") is None
