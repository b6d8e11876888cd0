"""The control socket is found although the rest of the file is wrong."""

from pathlib import Path

import pytest

from daq.config.errors import ConfigError
from daq.config.whereabouts import find_socket


@pytest.mark.parametrize(
    ("text", "socket"),
    [
        ("[instrument.x]\nprofile = 1\n[sight]\n", "journal.sock"),
        ('[journal]\npath = "data/lab.db"\n', "data/lab.sock"),
        ('[control]\nsocket = "${NAME}.sock"\n', "run.sock"),
    ],
)
def test_it_is_found(tmp_path: Path, text: str, socket: str) -> None:
    (tmp_path / "daq.toml").write_text(text)
    assert find_socket(tmp_path / "daq.toml", environ={"NAME": "run"}) == tmp_path / socket


@pytest.mark.parametrize("text", ["[journal", "[journal]\npath = 7\n", 'control = "x"\n'])
def test_it_is_not_guessed(tmp_path: Path, text: str) -> None:
    (tmp_path / "daq.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"daq\.toml:"):
        find_socket(tmp_path / "daq.toml", environ={})
