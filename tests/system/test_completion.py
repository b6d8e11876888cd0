"""Completion in real shells, with what `daq completion` prints for each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.terminal import PROGRAMS, WAIT, window

CONFIG = """
[instrument.furnace]
title = "Tube furnace"
[instrument.feeder]
[sink.broker]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "daq.toml").write_text(CONFIG)
    (tmp_path / "night.csv").touch()
    return tmp_path


def script(shell: str, folder: Path) -> Path:
    """The file a user would put in its place."""
    done = subprocess.run(
        [sys.executable, "-m", "daq", "completion", shell],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=True,
    )
    path = folder / f"_daq.{shell}"
    path.write_text(done.stdout)
    return path


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("daq qu", ["quarantine"]),
        ("daq read -c daq.toml f", ["furnace", "feeder"]),
        ("daq quarantine retry -c daq.toml b", ["broker"]),
        ("daq tail -c daq.toml -i fur", ["furnace"]),
        ("daq drivers show eastron-sdm6", ["eastron-sdm630"]),
        ("daq sim start mettler", ["mettler-sics"]),
        ("daq export --format p", ["parquet"]),
        ("daq status --wat", ["--watch"]),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_words_are_offered(folder: Path, shell: str, words: str, offered: list[str]) -> None:
    path = script(shell, folder)
    *_, begun = words.split()
    ask = {
        "bash": f". {path}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        '_daq_completion daq; printf "%s\\n" "${COMPREPLY[@]}"',
        "fish": f'source {path}; complete -C "{words}"',
    }
    done = subprocess.run(
        [shell, "-c", ask[shell]],
        cwd=folder,
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )
    found = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert sorted(found) == sorted(offered), done.stderr
    assert all(each.startswith(begun) for each in found)


SHELLS = {
    "bash": "bash --norc -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
LOAD = {
    "bash": ". ./_daq.bash",
    "zsh": "autoload -Uz compinit && compinit -u -D && . ./_daq.zsh && compdef _daq_completion daq",
    "fish": "source ./_daq.fish",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes(folder: Path, shell: str) -> None:
    """A name of the configuration, a file, a subcommand, typed into the shell itself."""
    script(shell, folder)
    with window(folder, 100, 30, f"cd {folder}; exec {SHELLS[shell]}", HOME=str(folder)) as screen:
        screen.press(f"{LOAD[shell]} && echo load''ed", "Enter")
        screen.wait_text("loaded")
        screen.press("daq quar", "Tab")
        screen.wait_text("daq quarantine")
        screen.press("C-u")
        screen.press("daq read -c daq.toml fur", "Tab")
        screen.wait_text("daq.toml furnace")
        screen.press("C-u")
        screen.press("daq export -o nig", "Tab")
        screen.wait_text("night.csv")
        screen.press("C-u")
