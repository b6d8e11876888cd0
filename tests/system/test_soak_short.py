"""The soak itself, short: it runs, its audit passes, and its report is written."""

import json
import subprocess
import sys
from pathlib import Path


def test_half_a_minute_of_faults_leaves_nothing_unexplained(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--minutes", "0.5", "--report", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "soak.json").read_text())
    assert report["passed"]
    assert report["soak"]["episodes"]
    assert report["soak"]["audit"]["journal"]["scans"] > 1000
    assert (tmp_path / "soak.svg").read_text().startswith("<?xml")
    assert "| verdict | passed |" in (tmp_path / "soak.md").read_text()
