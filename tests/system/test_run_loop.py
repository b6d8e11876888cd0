"""`[daemon] loop`: the daemon runs on what is wanted, and stops in order."""

from pathlib import Path

import pytest

from tests.system.house import daq, running

CONFIGURATION = '[site]\nname = "lab"\n[daemon]\nloop = "{loop}"\n[journal]\npath = "journal.db"\n'


@pytest.mark.parametrize(("loop", "said"), [("uvloop", True), ("asyncio", False)])
def test_it_runs_and_stops(tmp_path: Path, loop: str, *, said: bool) -> None:
    configuration = tmp_path / "daq.toml"
    configuration.write_text(CONFIGURATION.format(loop=loop), "utf-8")
    with running(tmp_path / "log", "run", str(configuration)) as daemon:
        daemon.wait_text("site lab")
        assert ("event loop: uvloop" in daemon.text) is said
        assert daq("status", "-c", str(configuration)).returncode == 0
        assert daemon.stop() == 0


def test_another_is_an_error(tmp_path: Path) -> None:
    configuration = tmp_path / "daq.toml"
    configuration.write_text(CONFIGURATION.format(loop="trio"), "utf-8")
    done = daq("check", str(configuration))
    assert done.returncode == 3
    assert "daq.toml:4: daemon.loop" in done.stdout + done.stderr
