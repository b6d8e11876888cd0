"""The daemon as a process: its lives, and what it says of itself."""

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from daq.control.client import NotRunningError
from daq.control.status import DaemonStatus, ask_status
from tests.system.faults.lives import Lives
from tests.system.house import Process

WAIT = 120.0
"""Seconds anything may take on a busy machine; nothing waits this long when all is well."""

LOOK = 0.05


class Daemon:
    """One daemon after the other, with the same configuration and journal."""

    def __init__(self, config: Path, journal: Path, program: Sequence[str]) -> None:
        self.lives = Lives()
        self.socket = journal.with_suffix(".sock")
        self._config, self._program = config, program
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        """The process that runs."""
        assert self._process is not None, "no daemon runs"
        return self._process

    @property
    def running(self) -> bool:
        """Whether one has been started and not ended."""
        return self._process is not None

    def start(self) -> None:
        """Start one; it needs a while until it does anything."""
        self.lives.begin()
        log = self._config.with_name(f"daemon-{len(self.lives.all)}.log")
        self._process = Process(log, "run", str(self._config), program=self._program)

    def kill(self) -> None:
        """SIGKILL."""
        self.lives.ask("killed")
        self.process.kill()
        self.lives.end()
        self._process = None

    def stop(self) -> None:
        """SIGTERM; it has to end well, unless Python itself was still starting."""
        self.lives.ask("stopped")
        process, self._process = self.process, None
        code = process.stop()
        self.lives.end()
        starting = code == -signal.SIGTERM and not process.text
        assert code == 0 or starting, f"exit code {code}:\n{process.text[-4000:]}"

    def abandon(self) -> None:
        """See to it that none runs."""
        if self._process is not None:
            self._process.kill()

    def check(self) -> None:
        """Fail when it has ended by itself."""
        if self._process is not None:
            assert not self._process.ended, f"the daemon ended:\n{self.log_tail}"

    @property
    def log_tail(self) -> str:
        """The end of what it has written."""
        return self._process.text[-4000:] if self._process else ""

    def status(self) -> DaemonStatus | None:
        """What it says of itself; None when it does not answer (yet)."""
        try:
            return ask_status(self.socket)
        except NotRunningError:
            return None

    def wait_status(self, condition: Callable[[DaemonStatus], bool], what: str) -> DaemonStatus:
        """Wait until it says something of itself."""
        limit = time.monotonic() + WAIT
        while True:
            self.check()
            status = self.status()
            if status is not None and condition(status):
                return status
            assert time.monotonic() < limit, f"never: {what}; {status!r}\n{self.log_tail}"
            time.sleep(LOOK)


def is_well(status: DaemonStatus, there: set[str]) -> bool:
    """Whether every instrument answers that is there, and every sink has what there is."""
    answering = {each.name for each in status.instruments if each.state == "answering"}
    delivered = all(
        each.state == "connected" and not each.backlog_entries and each.lag_entries < 200
        for each in status.sinks
    )
    return there <= answering and delivered and not status.journal.trouble
