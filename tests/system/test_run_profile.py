"""`daq run --profile`: where processor time went, written when the daemon stops."""

import pstats
from pathlib import Path

from tests.system.house import daq, running

CONFIGURATION = '[site]\nname = "lab"\n\n[journal]\npath = "journal.db"\n'


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
