"""A laboratory at work: simulators, daemon, broker, database, witness; and the audit at its end."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from daq.control.client import NotRunningError, ask_status
from daq.control.status import DaemonStatus
from daq.journal.reader import JournalReader
from simulators import ControlClient
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.proxy import Proxy
from tests.system.faults.audit.audit import Audit, JournalCount
from tests.system.faults.audit.journalled import Journalled, read
from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.published import PublishedAudit, PublishedCount
from tests.system.faults.audit.served import ServedAudit
from tests.system.faults.audit.stored import StoredAudit
from tests.system.faults.laboratory import Laboratory, Places, text_of
from tests.system.faults.lives import Lives
from tests.system.faults.witness import Witness, retained_values
from tests.system.house import DAQ, Process

WAIT = 120.0
"""Seconds anything may take on a busy machine; nothing waits this long when all is well."""

LOOK = 0.05
DATABASE = "lab"
PERSISTENT = (
    "persistence true",
    "persistence_location ./",
    "max_inflight_messages 0",
    "autosave_interval 1",
)
"""A broker that owes its subscribers what was published while they were away."""


class Setting(msgspec.Struct, frozen=True):
    """How a world differs from the usual one.

    ``sinks`` are keys of its two sinks, ``broker`` and ``history``, that are other than usual;
    of several ``brokers`` the first is the one preferred. With ``proxied`` the network to the
    servers can be disturbed.
    """

    sinks: Mapping[str, Mapping[str, object]]
    program: Sequence[str]
    brokers: int
    proxied: bool
    journal: Path

    @classmethod
    def usual(cls, folder: Path) -> "Setting":
        """One broker, one database, the journal in the folder."""
        return cls({}, DAQ, 1, proxied=False, journal=folder / "journal.db")


class World:
    """Real processes in a folder.

    ``offsets`` are the differences (ns) the daemon's clock has had to this machine's.
    """

    def __init__(
        self, folder: Path, laboratory: Laboratory, setting: Setting | None = None
    ) -> None:
        setting = setting or Setting.usual(folder)
        self.folder, self.laboratory = folder, laboratory
        self.config = folder / "daq.toml"
        self.journal = setting.journal
        self.brokers = [
            Mosquitto(folder / f"broker-{number}", options=PERSISTENT)
            for number in range(setting.brokers)
        ]
        self.witnesses: list[Witness] = []
        self.database = InfluxDb(folder / "influxdb")
        servers = (*self.brokers, self.database) if setting.proxied else ()
        self.networks = [Proxy(server.port) for server in servers]
        self.lives = Lives()
        self.offsets: list[int] = [0]
        self.noted: dict[str, float] = {}
        self.places = Places.find(laboratory, folder)
        self._sinks, self._program = setting.sinks, setting.program
        self._daemon: Process | None = None
        self._stack = ExitStack()
        self._began = time.monotonic()

    # Starting and ending.

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for broker in self.brokers:
                stack.enter_context(broker)
                witness = Witness(broker.port, broker.folder / "witness.jsonl")
                self.witnesses.append(stack.enter_context(witness))
            stack.enter_context(self.database)
            self.database.query(f"CREATE DATABASE {DATABASE}")
            for network, server in zip(self.networks, (*self.brokers, self.database), strict=False):
                network.target = server.port
                stack.enter_context(network)
            self.configure(self.laboratory)
            stack.callback(self._kill_leftovers)
            self._simulators = self._start_simulators()
            stack.callback(self._simulators.kill)
            self.control = stack.enter_context(ControlClient(str(self._control_path)))
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
    def database_name(self) -> str:
        """Where the points go; made beforehand only if it is the usual one."""
        return str(self._sinks.get("history", {}).get("database", DATABASE))

    def configure(self, laboratory: Laboratory) -> None:
        """Write the file anew; the daemon reads it when it starts or is told to reload."""
        journal = {"path": str(self.journal), **laboratory.journal}
        text = text_of(laboratory, self.places, self._all_sinks(), journal)
        self.config.write_text(text, "utf-8")

    def _all_sinks(self) -> Mapping[str, Mapping[str, object]]:
        *ports, last = [server.port for server in (*self.networks, *self.brokers, self.database)][
            : len(self.brokers) + 1
        ]
        servers = [f"127.0.0.1:{port}" for port in ports]
        broker: dict[str, object] = {"type": "mqtt", "servers": servers}
        database = {"type": "influxdb", "url": f"http://127.0.0.1:{last}", "version": 1}
        common = {"retry_limit": "1s"}
        return {
            "broker": {**broker, **common, **self._sinks.get("broker", {})},
            "history": {
                **database,
                "database": DATABASE,
                **common,
                **self._sinks.get("history", {}),
            },
        }

    @property
    def broker(self) -> Mosquitto:
        """The preferred broker."""
        return self.brokers[0]

    @property
    def witness(self) -> Witness:
        """Who watches the preferred broker."""
        return self.witnesses[0]

    @property
    def newest(self) -> int:
        """The highest number of an entry any witness has seen."""
        return max(witness.newest for witness in self.witnesses)

    @property
    def socket(self) -> Path:
        """The daemon's control socket."""
        return self.journal.with_suffix(".sock")

    @property
    def _control_path(self) -> Path:
        return self.folder / "lab.sock"

    @property
    def _served(self) -> Path:
        return self.folder / "served.jsonl"

    def _start_simulators(self) -> Process:
        options = ("--served", str(self._served), "--control", str(self._control_path))
        process = Process(self.folder / "simulators.log", "sim", "run", str(self.config), *options)
        process.wait_text("Ctrl-C")
        return process

    def _kill_leftovers(self) -> None:
        if self._daemon is not None:
            self._daemon.kill()

    # The daemon.

    @property
    def daemon(self) -> Process:
        """The process that runs."""
        assert self._daemon is not None, "no daemon runs"
        return self._daemon

    def start(self) -> None:
        """Start the daemon; it needs a while until it does anything."""
        self.lives.begin()
        log = self.folder / f"daemon-{len(self.lives.all)}.log"
        self._daemon = Process(log, "run", str(self.config), program=self._program)

    def kill(self) -> None:
        """SIGKILL."""
        self.lives.ask("killed")
        self.daemon.kill()
        self.lives.end()
        self._daemon = None

    def stop(self) -> None:
        """SIGTERM; it has to end well."""
        self.lives.ask("stopped")
        daemon, self._daemon = self.daemon, None
        code = daemon.stop()
        self.lives.end()
        assert code == 0, f"exit code {code}:\n{daemon.text[-4000:]}"

    @property
    def running(self) -> bool:
        """Whether a daemon has been started and not ended."""
        return self._daemon is not None

    def status(self) -> DaemonStatus | None:
        """What the daemon says of itself; None when it does not answer (yet)."""
        try:
            return ask_status(self.socket)
        except NotRunningError:
            return None

    def wait_status(self, condition: Callable[[DaemonStatus], bool], what: str) -> DaemonStatus:
        """Wait until the daemon says something of itself."""
        limit = time.monotonic() + WAIT
        while True:
            assert not self.daemon.ended, f"the daemon ended:\n{self.daemon.text[-4000:]}"
            status = self.status()
            if status is not None and condition(status):
                return status
            assert time.monotonic() < limit, f"never: {what}; {status!r}\n{self._log_tail()}"
            time.sleep(LOOK)

    def wait_entries(self, count: int) -> None:
        """Wait until so many more entries have come to a witness."""
        self._wait_newest(self.newest + count)

    def _wait_newest(self, seq: int) -> None:
        limit = time.monotonic() + WAIT
        while self.newest < seq:
            assert not (self._daemon and self._daemon.ended), f"ended:\n{self._log_tail()}"
            assert time.monotonic() < limit, f"entry {seq} never came\n{self._log_tail()}"
            time.sleep(LOOK)

    def wait_well(self) -> None:
        """Wait until every instrument that is there answers and every sink has everything."""
        there = {name for name, item in self.laboratory.instruments.items() if not item.absent}
        self.wait_status(lambda status: _is_well(status, there), "all is well again")

    def _log_tail(self) -> str:
        return self.daemon.text[-3000:] if self._daemon else ""

    # The instruments.

    def fault(self, device: str, kind: str, **settings: object) -> int:
        """Put a fault to work; its number."""
        found: dict[str, Any] = self.control.ask("fault", device=device, kind=kind, **settings)
        return found["number"]

    def end_faults(self) -> None:
        """End every fault."""
        self.control.ask("cancel")

    # The end.

    def finish(self, name: str, what: str) -> Audit:
        """Undo every fault, let the daemon catch up, end everything in order, and count."""
        self.end_faults()
        if not self.running:
            self.start()
        self.wait_well()
        self._stop_with_everything_delivered()
        assert self._simulators.stop() == 0, self._simulators.text
        return self._audit(name, what)

    def _stop_with_everything_delivered(self) -> None:
        """A stop gives the sinks a moment only; what is left then is the next life's."""
        self.stop()
        while not (last := self._delivered()):
            self.start()
            self.wait_well()
            self.stop()
        self._wait_newest(last)

    def _delivered(self) -> int:
        """The newest entry, if every sink has everything up to it; else 0."""
        with JournalReader(self.journal) as reader:
            last, cursors = reader.last, reader.cursors()
        complete = all(each.live == last and not each.backlog for each in cursors.values())
        return last if complete else 0

    def _audit(self, name: str, what: str) -> Audit:
        problems = Problems()
        journal = read(self.journal, problems)
        served = ServedAudit(self.laboratory.questions(), self.lives, problems, self.offsets)
        published = PublishedAudit("broker", journal, problems)
        stored = StoredAudit("history", journal, problems)
        return Audit(
            name=name,
            what=what,
            served=served.compare(self._served, journal),
            journal=_count(journal),
            mqtt={"broker": self._published(published)},
            influxdb={"history": stored.compare(self.database, self.database_name)},
            killed=self.lives.counted("killed"),
            stopped=self.lives.counted("stopped"),
            problems=problems,
            noted=self.noted,
            seconds=time.monotonic() - self._began,
        )

    def _published(self, audit: PublishedAudit) -> PublishedCount:
        for witness in self.witnesses:
            audit.look(witness.seen())
        topics = audit.topics()
        return audit.finish([retained_values(broker.port, topics) for broker in self.brokers])


def _is_well(status: DaemonStatus, there: set[str]) -> bool:
    answering = {each.name for each in status.instruments if each.state == "answering"}
    delivered = all(
        each.state == "connected" and not each.backlog_entries and each.lag_entries < 200
        for each in status.sinks
    )
    return there <= answering and delivered and not status.journal.trouble


def _count(journal: Journalled) -> JournalCount:
    return JournalCount(
        entries=len(journal.entries),
        scans=sum(1 for _ in journal.scans()),
        events=dict(journal.events()),
        missing_numbers=len(journal.missing),
        quarantined=sum(map(len, journal.quarantined.values())),
    )
