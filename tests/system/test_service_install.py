"""`daq install-service` into the image of a machine, judged by systemd's own tools."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.house import daq

CONFIG = """
[site]
name = "bench"
[journal]
path = "{journal}"
[control]
socket = "/run/daq/daq.sock"
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
user = "daq"
password = {kept}
"""
PROGRAM = "/opt/lab-daq/bin/daq"
UNIT = "etc/systemd/system/daq.service"
DROP_IN = "etc/systemd/system/daq.service.d/10-configuration.conf"
PAGE = "etc/systemd/system/daq-web.service"
PAGE_DROP_IN = "etc/systemd/system/daq-web.service.d/10-configuration.conf"
EXPOSURE_LIMIT = 1.6
WRITTEN = (UNIT, "etc/udev/rules.d/61-lab-daq.rules", "etc/sysusers.d/lab-daq.conf")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A machine with systemd's own units, the program and a configuration."""
    shutil.copytree("/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    stand_in = tmp_path / PROGRAM[1:]
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    configure(tmp_path)
    return tmp_path


def configure(
    image: Path,
    journal: str = "/var/lib/daq/journal.db",
    kept: str = '{ credential = "mqtt-password" }',
) -> None:
    path = image / "etc/daq/daq.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CONFIG.format(journal=journal, kept=kept))


def service(image: Path, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `daq install-service` or `daq uninstall-service` on the image."""
    if verb == "install":
        options = (*options, "--config", str(image / "etc/daq/daq.toml"), "--program", PROGRAM)
    return daq(f"{verb}-service", "--root", str(image), *options)


def installed(image: Path, *options: str) -> str:
    done = service(image, "install", "--yes", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verify(image: Path, name: str = "daq.service") -> str:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={image}", name],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_without_yes_every_step_is_shown_and_none_done(image: Path) -> None:
    before = sorted(image.rglob("*"))
    done = service(image, "install")
    assert done.returncode == 0, done.stderr
    for path in WRITTEN:
        assert f"write   /{path} (new)" in done.stdout
    assert "systemctl" in done.stdout
    assert "Nothing was done (4 files would be written)" in done.stdout
    assert sorted(image.rglob("*")) == before


def test_the_installed_unit_verifies_and_is_as_closed_as_promised(image: Path) -> None:
    installed(image)
    assert verify(image) == ""
    assert exposure(image / UNIT) < EXPOSURE_LIMIT


def exposure(unit: Path) -> float:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = re.search(rf"exposure level for {unit.name}: ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def test_the_page_is_a_service_of_its_own_and_as_closed(image: Path) -> None:
    installed(image, "--web")
    assert verify(image, "daq-web.service") == ""
    unit = (image / PAGE).read_text()
    assert f"\nExecStart={PROGRAM} web /etc/daq/daq.toml\n" in unit
    assert "\nSupplementaryGroups=daq\n" in unit
    assert exposure(image / PAGE) < EXPOSURE_LIMIT
    assert (image / "etc/systemd/system/multi-user.target.wants/daq-web.service").is_symlink()


def test_the_page_gets_its_own_secrets_and_the_daemon_does_not(image: Path) -> None:
    with (image / "etc/daq/daq.toml").open("a") as file:
        file.write('[web]\npassword = { credential = "web-password" }\n')
    output = installed(image, "--web", "--user", "labdaq")
    assert "Credential web-password is missing" in output
    page = (image / PAGE_DROP_IN).read_text()
    assert "LoadCredential=web-password:/etc/daq/credentials/web-password" in page
    assert "mqtt" not in page
    assert "web" not in (image / DROP_IN).read_text()
    assert "\nSupplementaryGroups=labdaq\n" in (image / PAGE).read_text()
    assert verify(image, "daq-web.service") == ""


def test_the_page_stays_what_it_was_told_to_be(image: Path) -> None:
    installed(image)
    assert not (image / PAGE).exists()
    installed(image, "--web")
    assert f"write   /{PAGE} (unchanged)" in installed(image)  # kept right without being asked
    assert service(image, "uninstall", "--yes").returncode == 0
    assert not (image / PAGE).exists()
    assert not (image / "etc/systemd/system/multi-user.target.wants/daq-web.service").is_symlink()


def test_verify_would_say_what_is_wrong(image: Path) -> None:
    installed(image)
    with (image / UNIT).open("a") as file:
        file.write("[Service]\nWatchdogSeconds=30\n")
    assert "WatchdogSeconds" in verify(image)


def test_the_user_is_made_and_the_service_enabled(image: Path) -> None:
    installed(image, "--user", "labdaq")
    assert "labdaq:" in (image / "etc/passwd").read_text()
    dialout = [x for x in (image / "etc/group").read_text().splitlines() if x.startswith("dialout")]
    assert dialout[0].endswith(":labdaq")
    assert (image / "etc/systemd/system/multi-user.target.wants/daq.service").is_symlink()
    unit = (image / UNIT).read_text()
    assert "\nUser=labdaq\nGroup=labdaq\n" in unit
    assert f"\nExecStart={PROGRAM} run /etc/daq/daq.toml\n" in unit


def test_credentials_follow_from_the_configuration(image: Path) -> None:
    output = installed(image)
    plain = "LoadCredential=mqtt-password:/etc/daq/credentials/mqtt-password"
    assert plain in (image / DROP_IN).read_text()
    assert "Credential mqtt-password is missing" in output
    folder = image / "etc/daq/credentials"
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "mqtt-password.cred").write_text("sealed")
    assert "missing" not in installed(image)
    sealed = "LoadCredentialEncrypted=mqtt-password:/etc/daq/credentials/mqtt-password.cred"
    assert sealed in (image / DROP_IN).read_text()
    assert verify(image) == ""


def test_a_second_time_nothing_changes_and_a_changed_unit_is_put_right(image: Path) -> None:
    installed(image)
    assert installed(image).count("(unchanged)") == 4
    with (image / UNIT).open("a") as file:
        file.write("# mine\n")
    assert f"write   /{UNIT} (replaced)" in installed(image)
    assert "# mine" not in (image / UNIT).read_text()


def test_what_the_configuration_does_not_need_any_more_goes(image: Path) -> None:
    installed(image)
    configure(image, kept='{ file = "/etc/daq/password" }')
    assert f"remove  /{DROP_IN}" in installed(image)
    assert not (image / DROP_IN).parent.exists()


def test_a_journal_on_a_disk_of_its_own_can_be_written(image: Path) -> None:
    configure(image, journal="/data/daq/journal.db")
    installed(image)
    assert "ReadWritePaths=/data/daq" in (image / DROP_IN).read_text()
    assert (image / "data/daq").is_dir()


@pytest.mark.parametrize(
    ("journal", "option", "said"),
    [
        ("/home/lab/journal.db", (), "put it into /var/lib/daq"),
        ("journal.db", (), "put it into /var/lib/daq"),
        ("/var/lib/daq/j.db", ("--program", "/home/lab/venv/bin/daq"), "does not see /home"),
        ("/var/lib/daq/j.db", ("--program", "/opt/lab daq/bin/daq"), "choose another folder"),
        ("/var/lib/daq/j.db", ("--user", "root me"), "not the name of a system user"),
    ],
)
def test_what_could_not_work_is_refused(
    image: Path, journal: str, option: tuple[str, ...], said: str
) -> None:
    configure(image, journal=journal)
    config = str(image / "etc/daq/daq.toml")
    program = () if "--program" in option else ("--program", PROGRAM)
    words = ("install-service", "--yes", "--root", str(image), "--config", config)
    done = daq(*words, *program, *option)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (image / UNIT).exists()


def test_a_wrong_configuration_is_refused_with_its_line(image: Path) -> None:
    (image / "etc/daq/daq.toml").write_text('[site]\nnam = "x"\n')
    done = service(image, "install", "--yes")
    assert done.returncode == 3
    assert "daq.toml:2: site.nam" in done.stderr
    assert not (image / UNIT).exists()


def test_uninstalling_takes_what_installing_made_and_leaves_the_readings(image: Path) -> None:
    installed(image)
    journal = image / "var/lib/daq/journal.db"
    journal.parent.mkdir(parents=True)
    journal.write_text("readings")
    done = service(image, "uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert not any((image / path).exists() for path in (*WRITTEN, DROP_IN))
    assert not (image / "etc/systemd/system/multi-user.target.wants/daq.service").is_symlink()
    assert journal.read_text() == "readings"
    assert (image / "etc/daq/daq.toml").exists()
    assert "there is no service" in service(image, "uninstall", "--yes").stderr
