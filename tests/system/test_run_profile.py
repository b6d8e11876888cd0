"""`daq run --profile`: where processor time went, written when the daemon stops."""

import pstats
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.plant.plant import CONFIGURATION as NAME
from tests.bench.plant.plant import Load, units, write_configuration
from tests.bench.plant.process import cpu_seconds
from tests.system.house import WAIT, daq, running

CONFIGURATION = '[site]\nname = "lab"\n\n[journal]\npath = "journal.db"\n'
WORK = 2.0
"""Seconds of processor time: some two hundred samples."""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_daemon_at_work_says_where_its_time_goes(tmp_path: Path, loop: str) -> None:
    profile = tmp_path / "daq.profile"
    load = Load(units=20, interval="20ms", delivered=False, loop=loop)
    with units(load.units) as port:
        write_configuration(tmp_path, load, port)
        arguments = ("run", str(tmp_path / NAME), "--profile", str(profile))
        with running(tmp_path / "log", *arguments) as daemon:
            daemon.wait_text("site bench")
            wanted, end = cpu_seconds(daemon.pid) + WORK, time.monotonic() + WAIT
            while cpu_seconds(daemon.pid) < wanted:
                assert time.monotonic() < end, daemon.text
                time.sleep(0.1)
            assert daemon.stop() == 0
    shown = subprocess.run(
        [sys.executable, "-m", "pstats", str(profile)],
        input="sort cumtime\nstats\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT,
    ).stdout
    for place in ("poller.py", "link.py", "modbus/driver.py", "{other threads}"):
        assert place in shown
    assert 0.5 * WORK < _seconds(profile) < 4 * WORK


def _seconds(profile: Path) -> float:
    return float(vars(pstats.Stats(str(profile)))["total_tt"])


def test_the_profile_is_written_in_the_end(tmp_path: Path) -> None:
    configuration, profile = tmp_path / "daq.toml", tmp_path / "daq.profile"
    configuration.write_text(CONFIGURATION, "utf-8")
    with running(tmp_path / "log", "run", str(configuration), "--profile", str(profile)) as daemon:
        daemon.wait_text("site lab")
        assert daemon.stop() == 0
    pstats.Stats(str(profile))


def test_a_file_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    configuration = tmp_path / "daq.toml"
    configuration.write_text(CONFIGURATION, "utf-8")
    nowhere = tmp_path / "nowhere" / "profile"
    done = daq("run", str(configuration), "--profile", str(nowhere))
    assert done.returncode == 1
    assert f"--profile {nowhere}: No such file or directory" in done.stderr
