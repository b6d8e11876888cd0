"""What is read from a file that somebody named is bounded, and never waited for."""

import os
from pathlib import Path

import pytest

from daq.config.errors import ConfigError, SecretError
from daq.config.load import load_config
from daq.config.secret import Secret
from daq.deliver.settings import TlsSettings
from daq.deliver.sink import SinkMisconfiguredError
from daq.deliver.tls import make_context
from drivers.errors import ProfileError
from drivers.files import read_bounded
from drivers.registry import load_profile
from drivers.tomlfile import document
from simulators.errors import RecordingError, ScenarioError
from simulators.replay import recording
from simulators.replay.recording import read_recording
from simulators.scenario import read_scenario


def test_a_file_of_the_limit_is_read_and_a_longer_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(OSError, match="is larger than 4 bytes"):
        read_bounded(path, 4)


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "no name"])
def test_what_might_never_end_or_begin_is_refused(tmp_path: Path, kind: str) -> None:
    path = {"device": Path("/dev/zero"), "no name": Path("a\0b")}.get(kind, tmp_path / "it")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(OSError, match=r"is not a regular|[Ii]s a directory|is not the name"):
        read_bounded(path, 10)


def test_whoever_reads_files_says_so_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zero = Path("/dev/zero")
    with pytest.raises(ConfigError, match="/dev/zero: cannot be read: is not a regular file"):
        load_config(zero)
    with pytest.raises(SinkMisconfiguredError, match=r"/dev/zero.*: .* is not a regular file"):
        make_context(TlsSettings(ca_file=str(zero)))
    with pytest.raises(SecretError, match="/dev/zero: is not a regular file"):
        Secret(file=zero).resolve()
    link = tmp_path / "profile.toml"
    link.symlink_to(zero)
    with pytest.raises(ProfileError, match="cannot be read: is not a regular file"):
        load_profile(link)
    monkeypatch.setattr(document, "LARGEST", 3)
    monkeypatch.setattr(recording, "LARGEST", 3)
    link.unlink()
    link.write_text("# a comment\n")
    with pytest.raises(ConfigError, match="is larger than 3 bytes"):
        load_config(link)
    with pytest.raises(RecordingError, match="is larger than 3 bytes"):
        read_recording(link)


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 2000, "a = " + "{a=" * 2000])
def test_numbers_and_nesting_without_end_are_no_toml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.toml"
    path.write_text("[lab]\n" + text)
    with pytest.raises(ConfigError, match=f"^{path}"):
        load_config(path)
    with pytest.raises(ScenarioError, match=f"^{path}"):
        read_scenario(path)
