"""The Debian package: it builds from the lock file, and what it unpacks works by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT = 300.0

PAGE = "import jinja2, daq.web.serve, daq.web.render as r; r.Renderer(); print(jinja2.__name__)"
"""The page can be made out of what the package brings."""


def run(*words: str | Path, **environ: str) -> str:
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_package_builds_and_brings_all_it_needs(tmp_path: Path) -> None:
    package = run("systemd/deb/build", sys.executable, OUT=str(tmp_path)).strip()
    minor = f"python3.{sys.version_info.minor}"
    assert minor in run("dpkg-deb", "--field", package, "Depends")
    unpacked = tmp_path / "unpacked"
    run("dpkg-deb", "--raw-extract", package, unpacked)
    assert (unpacked / "DEBIAN/conffiles").read_text() == "/etc/daq/daq.toml\n"
    for script in ("postinst", "prerm", "postrm"):
        run("sh", "-n", unpacked / "DEBIAN" / script)
    site = unpacked / f"opt/lab-daq/lib/{minor}/site-packages"
    assert (site / "daq/__pycache__").is_dir(), "compiled, for the service cannot"
    # -S: nothing of this machine's own packages; the link to Python leads out of the folder.
    packaged = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    daq = (sys.executable, "-S", "-P", "-m", "daq")
    checked = run(*daq, "check", unpacked / "etc/daq/daq.toml", **packaged)
    assert "0 instruments" in checked
    shown = run(
        *(*daq, "install-service", "--web", "--root", unpacked),
        *("--program", "/opt/lab-daq/bin/daq"),
        *("--config", unpacked / "etc/daq/daq.toml"),
        **packaged,
    )
    assert "write" not in shown, "units, users and rules are the package's"
    assert "enable daq-web.service" in shown
    assert "jinja2" in run(sys.executable, "-S", "-P", "-c", PAGE, **packaged)
