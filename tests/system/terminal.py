"""A real window, of any size, with a shell or a command in it: tmux."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from rich.cells import cell_len

WAIT = 60.0
"""Seconds anything may take on a busy machine; nothing waits this long when all is well."""

PROGRAMS = Path(sys.executable).parent


_NUMBERS = count()


class Window:
    """A window of tmux; each has a server of its own."""

    def __init__(self, socket: Path, environment: Mapping[str, str]) -> None:
        self._socket = socket
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("TMUX")},
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            **environment,
        }

    def open(self, width: int, height: int, command: str) -> None:
        """Run a command of the shell in a window of this size."""
        size = ("-x", str(width), "-y", str(height))
        # The shell outlives a Ctrl-C, to tell how the command took it.
        keep = f"trap : INT; {command}; echo ended $?; exec cat"
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, f"exec sh -c '{keep}'")

    def lines(self, *, coloured: bool = False) -> list[str]:
        """What is to be seen."""
        text = self._tmux("capture-pane", "-p", *(["-e"] if coloured else []))
        return [line.rstrip() for line in text.splitlines()]

    def wait(self, condition: Callable[[list[str]], bool], *, coloured: bool = False) -> list[str]:
        """What is to be seen as soon as it is as it should be."""
        limit = time.monotonic() + WAIT
        while not condition(lines := self.lines(coloured=coloured)):
            assert time.monotonic() < limit, "\n".join(lines)
            time.sleep(0.05)
        return lines

    def wait_text(self, text: str) -> list[str]:
        """What is to be seen as soon as this is."""
        return self.wait(lambda lines: any(text in line for line in lines))

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them: text, ``Enter``, ``Tab``, ``C-c``."""
        self._tmux("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """Draw the window larger or smaller."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def close(self) -> None:
        """End all that runs in it; harmless when it was never opened."""
        self._run("kill-server")

    def _tmux(self, *words: str) -> str:
        done = self._run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["tmux", "-S", str(self._socket), *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=False,
        )


@contextmanager
def window(
    folder: Path, width: int, height: int, command: str, **environment: str
) -> Generator[Window]:
    """A window in which a command runs; what is left of it at the end is closed."""
    opened = Window(folder / f"tmux-{next(_NUMBERS)}", environment)
    try:
        opened.open(width, height, command)
        yield opened
    finally:
        opened.close()


def widest(lines: list[str]) -> int:
    """Columns that are used."""
    return max(map(cell_len, lines), default=0)
