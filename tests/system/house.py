"""Real processes for system tests: a simulated lab and the daemon, as a user starts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

WAIT = 60.0
"""Seconds anything may take on a busy machine; nothing waits this long when all is well."""


def daq(*arguments: str, timeout: float = WAIT) -> subprocess.CompletedProcess[str]:
    """Run a `daq` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "daq", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


DAQ = ("-m", "daq")
"""What Python runs as `daq`."""


class Process:
    """A `daq` command that runs until it is stopped; its output in a file.

    ``program`` is what Python runs in place of `daq` itself.
    """

    def __init__(self, output: Path, *arguments: str, program: Sequence[str] = DAQ) -> None:
        self.output = output
        with output.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, *program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def text(self) -> str:
        return self.output.read_text("utf-8", errors="replace")

    def wait_text(self, text: str) -> None:
        limit = time.monotonic() + WAIT
        while text not in self.text:
            assert self._process.poll() is None, f"ended early:\n{self.text}"
            assert time.monotonic() < limit, f"never said {text!r}:\n{self.text}"
            time.sleep(0.02)

    def send(self, what: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(what)

    def wait_stopped(self) -> None:
        """Wait until SIGSTOP has taken effect."""
        limit = time.monotonic() + WAIT
        while ") T " not in Path(f"/proc/{self._process.pid}/stat").read_text():
            assert time.monotonic() < limit, "does not stop"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL: no chance to say good-bye."""
        self._process.kill()
        self._process.wait(WAIT)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(WAIT)


@contextmanager
def running(output: Path, *arguments: str) -> Generator[Process]:
    """A `daq` command during the block; killed if the block leaves it running."""
    process = Process(output, *arguments)
    try:
        yield process
    finally:
        process.kill()
