"""A laboratory at work: simulators, the daemon, and the servers it delivers to."""

import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from daq.control.reload import Reloaded, ask_reload
from daq.journal.reader import JournalReader
from simulators import ControlClient
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.system.faults.daemon import LOOK, WAIT, Daemon, is_well
from tests.system.faults.laboratory import Laboratory, Places, text_of
from tests.system.faults.servers import Servers
from tests.system.faults.setting import Setting
from tests.system.house import Process

LIVES = 20
"""Orderly stops after which everything is delivered, at the latest."""


class World:
    """Real processes in a folder.

    ``offsets`` are the differences (ns) the daemon's clock has had to this machine's, ``noted``
    what a row of the matrix wants to be known of it.
    """

    def __init__(
        self, folder: Path, laboratory: Laboratory, setting: Setting | None = None
    ) -> None:
        setting = setting or Setting.usual(folder)
        self.folder, self.laboratory = folder, laboratory
        self.config, self.journal = folder / "daq.toml", setting.journal
        self.served = folder / "served.jsonl"
        self.servers = Servers(folder, setting)
        self.daemon = Daemon(self.config, self.journal, setting.program)
        self.offsets: list[int] = [0]
        self.noted: dict[str, float] = {}
        self._places = Places.find(laboratory, folder)
        self._stack = ExitStack()
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.servers)
            self.configure(self.laboratory)
            stack.callback(self.daemon.abandon)
            self._simulators = self._start_simulators()
            stack.callback(self._simulators.kill)
            self._control = stack.enter_context(ControlClient(str(self._control_path)))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    @property
    def broker(self) -> Mosquitto:
        """The preferred broker."""
        return self.servers.brokers[0]

    @property
    def database(self) -> InfluxDb:
        """The database."""
        return self.servers.database

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._began

    @property
    def _control_path(self) -> Path:
        return self.folder / "lab.sock"

    def _start_simulators(self) -> Process:
        options = ("--served", str(self.served), "--control", str(self._control_path))
        process = Process(self.folder / "simulators.log", "sim", "run", str(self.config), *options)
        process.wait_text("Ctrl-C")
        return process

    # While it runs.

    def configure(self, laboratory: Laboratory) -> None:
        """Write the file anew; the daemon reads it when it starts or is told to reload."""
        journal = {"path": str(self.journal), **laboratory.journal}
        text = text_of(laboratory, self._places, self.servers.sinks(), journal)
        self.config.write_text(text, "utf-8")

    def reload(self, laboratory: Laboratory) -> Reloaded:
        """Change the configuration and tell the daemon.

        Raises:
            NotRunningError: it does not listen (yet).
        """
        self.configure(laboratory)
        self.daemon.lives.reloaded()
        return ask_reload(self.daemon.socket, self.config)

    def fault(self, device: str, kind: str, **settings: object) -> int:
        """Put a fault of an instrument to work; its number."""
        found: dict[str, Any] = self._control.ask("fault", device=device, kind=kind, **settings)
        return found["number"]

    def end_faults(self) -> None:
        """End every fault of every instrument."""
        self._control.ask("cancel")

    def wait_entries(self, count: int) -> None:
        """Wait until so many more entries have come to a witness."""
        self._wait_newest(self.servers.newest + count)

    def _wait_newest(self, seq: int) -> None:
        limit = time.monotonic() + WAIT
        while self.servers.newest < seq:
            self.daemon.check()
            assert time.monotonic() < limit, f"entry {seq} never came\n{self.daemon.log_tail}"
            time.sleep(LOOK)

    def wait_well(self) -> None:
        """Wait until every instrument that is there answers and every sink has everything."""
        there = {name for name, item in self.laboratory.instruments.items() if not item.absent}
        self.daemon.wait_status(lambda status: is_well(status, there), "all is well again")

    # The end.

    def end(self) -> None:
        """Undo every fault, let the daemon catch up and stop, then the simulators."""
        self.end_faults()
        if not self.daemon.running:
            self.daemon.start()
        self.wait_well()
        self.daemon.stop()
        lives = 0
        while not (last := self._delivered()):
            # A stop gives the sinks a moment only; what is left then is the next life's.
            lives += 1
            assert lives < LIVES, f"not everything is delivered after {LIVES} orderly stops"
            self.daemon.start()
            self.wait_well()
            self.daemon.stop()
        self._wait_newest(last)
        assert self._simulators.stop() == 0, self._simulators.text

    def _delivered(self) -> int:
        """The newest entry, if every sink has everything up to it; else 0."""
        with JournalReader(self.journal) as reader:
            last, cursors = reader.last, reader.cursors()
        sinks = [each for name, each in cursors.items() if not name.startswith("_")]
        complete = all(each.live == last and not each.backlog for each in sinks)
        return last if complete else 0
