"""Runs what a document tells its reader to do, as the reader does it: in order, for real."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, TypeVar

from daq.__main__ import cli
from tests.documents.markdown import ROOT, Command, File, Step
from tests.system.terminal import WAIT, Window, window

T = TypeVar("T")

_ENDED = re.compile(r"ended \d+$")

SIZE = (160, 48)
"""Columns and lines of a window."""


class Otherwise(NamedTuple):
    """A command that is not run as it stands: what is run instead (nothing if empty), and why."""

    run: str
    why: str


INSTEAD = {
    "make test": Otherwise("make --dry-run test", "it runs this test"),
    "~/lab-daq/bin/pip install '.[web]'": Otherwise(
        'printf \'#!/bin/sh\\nexec "%s" -m daq "$@"\\n\' "$PYTHON" > ~/lab-daq/bin/daq'
        " && chmod +x ~/lab-daq/bin/daq",
        "needs a network and minutes; test_the_checkout_can_be_installed resolves it without",
    ),
}
LASTING = {
    "make demo": "until Ctrl-C",
    "daq sim start": "until Ctrl-C",
    "daq run": "until Ctrl-C",
    "daq tail": "until Ctrl-C",
    "daq web": "until Ctrl-C; run where the command exists",
}
"""Run in a window until everything the document shows was seen; ended with Ctrl-C at the end."""

CODES = {
    "daq scan /dev/": ({4}, "no adapter is plugged into a machine that tests"),
    "daq read": ({0, 1}, "1 while the weight is unstable, as it is when a sample is being put on"),
}
"""What may end with another code than 0, and why."""


class Session:
    """A home of its own, a shell that remembers where it is, and windows for what lasts."""

    def __init__(self, home: Path, windows: ExitStack) -> None:
        self._home = home
        self._windows = windows
        self._open: list[tuple[str, Window]] = []
        self._folder = str(ROOT)
        self._path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def follow(self, steps: Iterable[Step]) -> None:
        """Do everything, then end with Ctrl-C what still runs.

        Raises:
            AssertionError: a command fails, or does not show what the document says.
        """
        for step in steps:
            if isinstance(step, File):
                (Path(self._folder) / step.name).write_text(step.text, "utf-8")
            elif not _exists(step.line):
                continue
            elif _of(LASTING, step.line):
                self._keep(step)
            else:
                self._run(step)
        self._end()

    def _run(self, command: Command) -> None:
        instead = INSTEAD.get(command.line)
        line = instead.run if instead else command.line
        state = self._home / "state"
        script = f'{line}\ncode=$?\nprintf "%s\\n%s" "$PWD" "$PATH" > {state}\nexit $code'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=False,
        )
        output = done.stdout + done.stderr
        codes, _ = _of(CODES, command.line) or ({0}, "")
        assert done.returncode in codes, f"{line}\n{done.returncode}\n{output}"
        for shown in command.shown:
            assert re.search(pattern_of(shown), output), f"{line}\n{shown!r} not in\n{output}"
        self._folder, self._path = state.read_text("utf-8").split("\n")

    def _keep(self, command: Command) -> None:
        environment = {key: value for key, value in self._environment.items() if key != "PYTHON"}
        inside = f"cd {self._folder} && {command.line}"
        opened = self._windows.enter_context(window(self._home, *SIZE, inside, **environment))
        self._open.append((command.line, opened))
        missing = set(command.shown)
        limit = time.monotonic() + WAIT
        while missing:
            text = "\n".join(opened.lines())
            missing = {line for line in missing if not re.search(pattern_of(line), text)}
            assert time.monotonic() < limit, f"{command.line}\n{missing} not in\n{text}"
            time.sleep(0.05)

    def _end(self) -> None:
        for line, opened in reversed(self._open):
            opened.press("C-c")
            text = "\n".join(opened.wait(lambda lines: any(map(_ENDED.search, lines))))
            assert re.search(r"ended (0|130)$", text, re.MULTILINE), f"{line}\n{text}"

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self._home),
            "PATH": self._path,
            "LANG": "C.UTF-8",
            "PYTHON": sys.executable,
        }


def pattern_of(shown: str) -> str:
    """What a line that is shown looks like with other figures.

    Numbers and blanks may differ. A balance that nobody watches puts samples on at its own times,
    so that what is good in the document may be unstable at this moment.
    """
    text = re.sub(r"\s+", " ", shown.strip())
    parts = re.split(r"(-?\d[\d.,:]*|\bgood\b| )", text)
    return "".join(map(_part, parts))


def _part(text: str) -> str:
    if text == " ":
        return r"\s+"
    if text == "good":
        return r"(?:good|uncertain(?::?\s+unstable)?)"
    return r"-?[\d.,:]+" if re.match(r"-?\d", text) else re.escape(text)


def _of(table: dict[str, T], line: str) -> T | None:
    return next((value for start, value in table.items() if line.startswith(start)), None)


def _exists(line: str) -> bool:
    """Whether a `daq` command is there at all; `daq web` comes with the page."""
    words = line.split()
    return words[0] != "daq" or words[1] != "web" or "web" in cli.commands
