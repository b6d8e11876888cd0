"""A running daemon takes a changed configuration: a simulated lab, a broker, and the command."""

import json
import re
import signal
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daq.config.whereabouts import find_socket
from daq.control.reload import Reloaded, ask_reload
from daq.control.status import ask_status
from daq.journal.entry import Event, Scan
from daq.journal.reader import JournalReader
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, Process, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

INTERVAL = 0.2

EXECUTOR = 6
"""Threads the event loop may have for what blocks: made when needed, then kept."""

CONFIG = """
[site]
name = "reload"

[bus.line]
port = "{folder}/line"
[bus.feeder]
address = "127.0.0.1:{feeder}"
[bus.third]
address = "127.0.0.1:{third}"

[instrument.probes]
profile = "pta8c04"
bus = "line"
unit = 3
group.all = {{ interval = "200ms", channels = ["t1", "t2"] }}
[instrument.feeder]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
group.all = {{ interval = "200ms", channels = ["voltage_l1"] }}
[instrument.third]
profile = "eastron-sdm630"
bus = "third"
unit = 1
group.all = {{ interval = "200ms", channels = ["voltage_l1"] }}

[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
user = "daq"
password = {{ file = "password" }}

[lab]
seed = 5
[lab.wire.line]
pty = "{folder}/line"
[lab.wire.feeder]
tcp = "127.0.0.1:{feeder}"
framing = "tcp"
[lab.wire.third]
tcp = "127.0.0.1:{third}"
framing = "tcp"
[lab.device.probes]
model = "pta8c04"
wire = "line"
unit = 3
[lab.device.feeder]
model = "eastron-sdm630"
wire = "feeder"
unit = 1
[lab.device.third]
model = "eastron-sdm630"
wire = "third"
unit = 1
"""

MORE = """
[bus.again]
address = "127.0.0.1:{third}"
[instrument.again]
profile = "eastron-sdm630"
bus = "again"
unit = 1
group.all = {{ interval = "200ms", channels = ["voltage_l2"] }}
[sink.second]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
prefix = "second"
"""


class Bench:
    """A daemon and its configuration, which is as at the beginning at the start of each test."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.path = folder / "daq.toml"
        ports = {"feeder": free_port(), "third": free_port(), "mqtt": broker.port}
        self.base = CONFIG.format(folder=folder, **ports)
        self.more = MORE.format(**ports)
        (folder / "password").write_text("first")
        (folder / "password").chmod(0o600)
        self.restore()
        self.daemon: Process

    def restore(self) -> None:
        self.path.write_text(self.base)

    def edit(self, before: str, after: str) -> None:
        text = self.path.read_text()
        assert before in text
        self.path.write_text(text.replace(before, after, 1))

    def line(self, text: str) -> int:
        """The line of the file that begins with this."""
        lines = self.path.read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.startswith(text))

    def reload(self, *arguments: str, code: int = 0) -> str:
        done = daq("reload", *arguments, str(self.path))
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def ask(self) -> Reloaded:
        """Reload as the command does, in this process; what it tells is committed afterwards."""
        start = self.newest()
        done = ask_reload(find_socket(self.path), self.path)
        if done.changed or done.errors:
            kind = "configuration-changed" if done.changed else "configuration-refused"
            self.wait(lambda: bool(self.events(kind, start)), f"{kind} is told")
        return done

    def status(self) -> dict[str, Any]:
        return msgspec.to_builtins(ask_status(find_socket(self.path)))

    def checked_hash(self) -> str:
        return json.loads(daq("check", str(self.path), "--json").stdout)["config_hash"]

    def entries(self, after: int = 0) -> list[Scan | Event]:
        with JournalReader(self.path.with_name("journal.db")) as reader:
            return reader.entries(after, 10**6)

    def scans(self, instrument: str, after: int = 0) -> list[Scan]:
        return [
            entry
            for entry in self.entries(after)
            if isinstance(entry, Scan) and entry.series.key.instrument == instrument
        ]

    def events(self, kind: str, after: int) -> list[Event]:
        entries = self.entries(after)
        return [entry for entry in entries if isinstance(entry, Event) and entry.kind == kind]

    def newest(self) -> int:
        return self.entries()[-1].seq

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + WAIT
        while not condition():
            assert time.monotonic() < limit, f"never: {what}\n{self.daemon.text}"
            time.sleep(0.05)

    def wait_scans(self, instrument: str, count: int, after: int) -> None:
        self.wait(lambda: len(self.scans(instrument, after)) >= count, f"{instrument} is read")


def by_name(status: dict[str, Any], what: str) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in status[what]}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, mosquitto: Mosquitto) -> Generator[Bench]:
    folder = tmp_path_factory.mktemp("reload")
    made = Bench(folder, mosquitto)
    with running(folder / "sim.log", "sim", "run", str(made.path)) as simulators:
        simulators.wait_text("Ctrl-C")
        with running(folder / "run.log", "run", str(made.path)) as made.daemon:
            for name in ("probes", "feeder", "third"):
                made.daemon.wait_text(f"instrument-found: {name}")
            yield made
            assert made.daemon.stop() == 0, made.daemon.text
        assert "Traceback" not in made.daemon.text


@pytest.fixture
def bench(shared: Bench) -> Bench:
    shared.restore()
    shared.ask()
    return shared


def test_only_the_bus_of_what_changed_restarts(bench: Bench) -> None:
    before, start = bench.status(), bench.newest()
    bench.edit('interval = "200ms"', 'interval = "100ms"')
    said = bench.reload()
    assert "restarted: bus line\n" in said
    assert "sink" not in said
    assert "nothing has changed" in bench.reload()
    bench.wait_scans("probes", 20, start)
    bench.wait_scans("third", 20, start)
    after, entries = bench.status(), bench.entries(start)
    assert [entry.seq for entry in entries] == list(range(start + 1, start + 1 + len(entries)))
    (changed,) = bench.events("configuration-changed", start)
    told = [(e.kind, e.subject) for e in bench.entries(changed.seq) if isinstance(e, Event)]
    assert told == [("instrument-found", "probes")]
    for name in ("feeder", "third"):
        old, new = by_name(before, "buses")[name], by_name(after, "buses")[name]
        assert (new["connects"], new["since"]) == (old["connects"], old["since"])
        assert new["scans"] > old["scans"]
        assert _missing(bench.scans(name, start)) <= new["skipped_ticks"] - old["skipped_ticks"] + 1
    assert by_name(after, "sinks")["broker"]["since"] == by_name(before, "sinks")["broker"]["since"]
    assert bench.scans("probes", start)[-1].series.key.interval == 0.1
    assert changed.data["previous_hash"] == before["config_hash"]
    assert changed.data["config_hash"] == after["config_hash"] == bench.checked_hash()
    assert changed.data["restarted"] == "bus line"
    assert after["configured"] > before["configured"]


def _missing(scans: list[Scan]) -> int:
    """Scans that should be between the first and the last and are not."""
    return round((scans[-1].time - scans[0].time) / 1e9 / INTERVAL) + 1 - len(scans)


def test_what_is_wrong_is_refused_and_the_old_one_runs_on(bench: Bench) -> None:
    before, start = bench.status(), bench.newest()
    bench.edit('profile = "pta8c04"', 'profile = "pta8c05"')
    bench.edit('bus = "feeder"', 'bus = "feder"')
    said = bench.reload(code=3)
    assert f"{bench.path}:{bench.line('profile')}: instrument.probes.profile" in said
    assert "instrument.feeder.bus" in said
    assert "the old configuration runs on" in said
    bench.wait_scans("feeder", 5, bench.newest())
    assert daq("status", "-c", str(bench.path)).returncode == 0, "although the file is wrong"
    after = bench.status()
    assert after["config_hash"] == before["config_hash"]
    assert by_name(after, "buses")["feeder"]["connects"] == 1
    (event,) = bench.events("configuration-refused", start)
    assert event.severity == "error"
    assert not bench.events("configuration-changed", start)
    assert event.data["errors"] == len(re.findall("^error: ", said, re.MULTILINE))
    assert "instrument.probes.profile" in str(event.data["first"])


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ('name = "reload"', 'name = "other"', "site.name: cannot be changed while the daemon runs"),
        ('file = "password"', 'file = "none"', "sink.broker: "),
        ('interval = "200ms"', 'interval = "10ms"', "the schedule cannot be met"),
    ],
)
def test_everything_that_cannot_be_done_is_said(
    bench: Bench, before: str, after: str, text: str
) -> None:
    connected = by_name(bench.status(), "sinks")["broker"]["since"]
    bench.edit(before, after)
    assert any(text in error for error in bench.ask().errors)
    bench.restore()
    assert bench.ask().changed is False
    assert by_name(bench.status(), "sinks")["broker"]["since"] == connected


def test_a_file_that_is_no_toml_is_refused_by_the_command_itself(bench: Bench) -> None:
    bench.edit("[site]", "[site")
    assert f"{bench.path}:2: not TOML" in bench.reload(code=3)


def test_sighup_does_the_same(bench: Bench) -> None:
    start = bench.newest()
    bench.edit('interval = "200ms"', 'interval = "300ms"')
    bench.daemon.send(signal.SIGHUP)
    bench.wait(lambda: bool(bench.events("configuration-changed", start)), "the change is told")
    bench.edit('interval = "300ms"', 'interval = "soon"')
    start = bench.newest()
    bench.daemon.send(signal.SIGHUP)
    bench.wait(lambda: bool(bench.events("configuration-refused", start)), "the refusal is told")
    assert len(bench.events("configuration-refused", start)) == 1
    assert f"reload: {bench.path}:" in bench.daemon.text


def test_buses_and_sinks_come_and_go(bench: Bench, mosquitto: Mosquitto) -> None:
    start = bench.newest()
    with Subscriber(mosquitto.port, "second/#") as subscriber:

        def has_all(upto: int) -> bool:
            return set(range(1, upto + 1)) <= set(subscriber.entries)

        bench.path.write_text(bench.base + bench.more)
        assert bench.ask().added == "bus again, sink second"
        bench.wait_scans("again", 5, start)
        reached = bench.newest()
        subscriber.wait_until(lambda: has_all(reached), "everything since the beginning")
        bench.restore()
        assert bench.ask().removed == "bus again, sink second"
        assert set(by_name(bench.status(), "sinks")) == {"broker"}
        bench.wait_scans("feeder", 5, bench.newest())
        with JournalReader(bench.path.with_name("journal.db")) as reader:
            assert reader.cursors()["second"].live >= reached
        bench.path.write_text(bench.base + bench.more)
        bench.ask()
        reached = bench.newest()
        subscriber.wait_until(lambda: has_all(reached), "goes on where it was")
        twice = [seq for seq, payloads in subscriber.entries.items() if len(payloads) > 1]
    assert not twice


def test_a_secret_that_changed_on_disk_restarts_its_sink_alone(bench: Bench) -> None:
    before = bench.status()
    bench.path.with_name("password").write_text("second")
    assert bench.ask().restarted == "sink broker"
    after = bench.status()
    assert after["config_hash"] == before["config_hash"]
    bench.wait(
        lambda: by_name(bench.status(), "sinks")["broker"]["state"] == "connected", "it is back"
    )
    assert [bus["connects"] for bus in after["buses"]] == [1, 1, 1]


def test_twenty_reloads_leave_nothing_behind(bench: Bench) -> None:
    for _ in range(2):
        _there_and_back(bench)
    descriptors, threads = _held(bench, "fd"), _held(bench, "task")
    for _ in range(10):
        _there_and_back(bench)
    bench.wait(lambda: _held(bench, "fd") <= descriptors, "descriptors are given back")
    assert _held(bench, "task") <= threads + EXECUTOR


def _there_and_back(bench: Bench) -> None:
    start = bench.newest()
    bench.edit('interval = "200ms"', 'interval = "300ms"')
    bench.edit("[sink.broker]", '[sink.broker]\nprefix = "other"')
    assert bench.ask().restarted == "bus line, sink broker"
    bench.wait_scans("probes", 2, start)
    bench.restore()
    assert bench.ask().restarted == "bus line, sink broker"
    bench.wait(lambda: _all_connected(bench.status()), "all are back")


def _all_connected(status: dict[str, Any]) -> bool:
    return all(part["state"] == "connected" for part in status["buses"] + status["sinks"])


def _held(bench: Bench, what: str) -> int:
    return len(list(Path(f"/proc/{bench.status()['pid']}/{what}").iterdir()))
