"""The daemon in this process, its buses and sinks leading nowhere: reloads seen from inside."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daq.app import run_daemon
from daq.build.judge import judge
from daq.build.target import Target
from daq.control.alarms import ask_alarms
from daq.control.client import DeclinedError, NotRunningError
from daq.control.incidents import IncidentDone, IncidentOpenRequest, ask_change, ask_incident
from daq.control.reload import Reloaded, ask_reload
from daq.control.status import ask_status
from daq.daemon import reload
from daq.daemon.prospect import Prospect
from daq.daemon.running import Running
from daq.journal.entry import Event
from daq.journal.reader import JournalReader

WAIT = 60.0

CONFIG = """
[site]
name = "bench"
[bus.a]
address = "127.0.0.1:9"
[bus.b]
address = "127.0.0.1:9"
[instrument.one]
profile = "eastron-sdm630"
bus = "a"
unit = 1
group.all = { interval = "1s", channels = ["voltage_l1"] }
[instrument.two]
profile = "eastron-sdm630"
bus = "b"
unit = 1
group.all = { interval = "1s", channels = ["voltage_l1"] }
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = 9
"""

OTHER = CONFIG.replace('"1s"', '"2s"', 1).replace("[sink.broker]", '[sink.broker]\nprefix = "x"')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "daq.toml").write_text(CONFIG)
    return tmp_path / "daq.toml"


@asynccontextmanager
async def daemon(path: Path) -> AsyncGenerator[None]:
    """The daemon while the block runs; stopped by a signal, as a service manager does it."""
    setup = judge(path).setup
    assert setup is not None
    task = asyncio.create_task(run_daemon(path, setup), name="daemon")
    async with asyncio.timeout(WAIT):
        while not path.with_name("journal.sock").exists():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.01)
    try:
        yield
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(WAIT):
            await task


async def ask(path: Path, config: Path | None = None) -> Reloaded:
    return await asyncio.to_thread(ask_reload, path.with_name("journal.sock"), config or path)


def told(path: Path) -> list[Event]:
    """The events about configurations, when the daemon has stopped."""
    with JournalReader(path.with_name("journal.db")) as reader:
        entries = reader.entries(0, 10**6)
    return [e for e in entries if isinstance(e, Event) and e.kind.startswith("configuration")]


def tasks() -> list[str]:
    """The named tasks that last; an attempt to connect comes and goes."""
    names = (task.get_name() for task in asyncio.all_tasks())
    return sorted(name for name in names if not name.startswith(("Task-", "mqtt open")))


async def test_twenty_reloads_leave_no_task_behind(path: Path) -> None:
    async with daemon(path):
        await ask(path)
        before = tasks()
        assert {"poll a", "poll b", "pump broker", "background reload"} <= set(before)
        for text in (OTHER, CONFIG) * 10:
            path.write_text(text)
            assert (await ask(path)).restarted == "bus a, sink broker"
        assert tasks() == before
        limit = asyncio.get_running_loop().time() + WAIT
        while sum(t.get_name().startswith("mqtt open") for t in asyncio.all_tasks()) > 1:
            assert asyncio.get_running_loop().time() < limit
            await asyncio.sleep(0.01)
    hashes = [event.data["config_hash"] for event in told(path)]
    assert len(hashes) == 20
    assert len(set(hashes)) == 2
    files = path.with_name("journal.configurations").iterdir()
    assert {file.name.partition(".")[0] for file in files} == set(hashes), "kept as evidence"


async def test_who_asks_at_once_shares_a_reload(path: Path) -> None:
    async with daemon(path):
        path.write_text(OTHER)
        answers = await asyncio.gather(*(ask(path) for _ in range(5)))
        assert {answer.config_hash for answer in answers} == {answers[0].config_hash}
        assert not any(answer.errors for answer in answers)
    (event,) = told(path)
    assert event.text.startswith("a changed configuration is in force; restarted: bus a")


async def test_another_file_than_it_was_started_with_is_declined(
    path: Path, tmp_path: Path
) -> None:
    other, link = tmp_path / "other.toml", tmp_path / "link.toml"
    other.write_text(CONFIG)
    link.symlink_to(path)
    async with daemon(path):
        with pytest.raises(DeclinedError, match=r"it runs with .*daq\.toml, not with .*other"):
            await ask(path, other)
        assert not (await ask(path, link)).changed
    with pytest.raises(NotRunningError):
        await ask(path)


async def test_a_mistake_of_ours_ends_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("a mistake")

    async with daemon(path):
        path.write_text(OTHER)
        with monkeypatch.context() as patched:
            patched.setattr(Running, "prepare", fail)
            assert (await ask(path)).errors == ("internal error: RuntimeError('a mistake')",)
        with monkeypatch.context() as patched:
            patched.setattr(reload, "look", fail)
            assert (await ask(path)).errors == ("internal error: RuntimeError('a mistake')",)
        status = await asyncio.to_thread(ask_status, path.with_name("journal.sock"))
        assert [bus.name for bus in status.buses] == ["a", "b"]
        assert (await ask(path)).restarted == "bus a, sink broker"
    assert [event.kind for event in told(path)] == [
        "configuration-refused",
        "configuration-refused",
        "configuration-changed",
    ]


async def test_a_file_that_cannot_be_read_in_time_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(path: Path, current: Target) -> Prospect:
        time.sleep(1.0)
        return Prospect(errors=("too late",))

    monkeypatch.setattr(reload, "LOOK_LIMIT", 0.05)
    monkeypatch.setattr(reload, "look", hang)
    async with daemon(path):
        assert (await ask(path)).errors == (f"{path}: not read within 0.05 s",)


async def test_a_reload_that_waits_while_it_stops_is_told_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def linger(path: Path, current: Target) -> Prospect:
        loop.call_soon_threadsafe(begun.set)
        time.sleep(0.5)
        return Prospect(errors=("too late",))

    monkeypatch.setattr(reload, "look", linger)
    async with daemon(path):
        asking = asyncio.create_task(ask(path))
        await begun.wait()
    with pytest.raises(DeclinedError, match="it is stopping"):
        await asking


async def test_the_service_manager_hears_when_it_begins_and_ends(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)  # noqa: FBT003 - socket's own signature
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        async with daemon(path):
            os.kill(os.getpid(), signal.SIGHUP)
            await ask(path)
        heard = [line for line in _all(manager) if not line.startswith(("STATUS", "WATCHDOG"))]
    reloading = [line for line in heard if line.startswith("RELOADING=1\nMONOTONIC_USEC=")]
    assert heard[0] == "READY=1"
    assert heard[-1] == "STOPPING=1"
    assert heard[1:-1] == [text for line in reloading for text in (line, "READY=1")]
    assert reloading
    assert all(int(line.rpartition("=")[2]) >= before for line in reloading)


def _all(manager: socket.socket) -> list[str]:
    heard: list[str] = []
    while True:
        try:
            heard.append(manager.recv(4096).decode())
        except BlockingIOError:
            return heard


async def test_changed_alarms_are_taken_and_no_bus_restarts(path: Path) -> None:
    alarm = '[alarm.x]\ntype = "silent"\ninstrument = "one"\n'
    async with daemon(path):
        for text in (alarm, alarm + 'title = "X"\n', ""):
            path.write_text(CONFIG + text)
            done = await ask(path)
            assert (done.applied, done.restarted, done.errors) == ("alarm.x", "", ())
            names = await asyncio.to_thread(ask_alarms, path.with_name("journal.sock"))
            assert [(a.name, a.title) for a in names] == (
                [("x", "X" if "title" in text else "")] if text else []
            )
        path.write_text(CONFIG.replace("unit = 1", 'unit = 1\nalarms = ["silent"]', 1))
        done = await ask(path)
        assert (done.applied, done.restarted, done.errors) == ("alarm.one-silent", "", ())
    with JournalReader(path.with_name("journal.db")) as reader:
        entries = reader.entries(0, 10**6)
    events = [e for e in entries if isinstance(e, Event) and e.kind == "alarm-retired"]
    assert [event.subject for event in events] == ["x"]


PROCEDURE = """
[incident.grave]
priorities = ["critical"]
[procedure.water]
steps = ["Shut the valve"]
"""


async def test_a_changed_procedure_is_the_check_list_of_the_next_incident(path: Path) -> None:
    path.write_text(CONFIG + PROCEDURE)
    opening = IncidentOpenRequest(title="Water", procedure="water", by="Li")
    async with daemon(path):
        first = await change(path, opening)
        path.write_text(CONFIG + PROCEDURE.replace("Shut the valve", "Call the plumber"))
        found = await ask(path)
        assert (found.changed, found.applied, found.restarted) == (True, "procedure.water", "")
        second = await change(path, opening)
        for one, step in ((first, "Shut the valve"), (second, "Call the plumber")):
            name = one.incident.id
            detail = await asyncio.to_thread(ask_incident, path.with_name("journal.sock"), name)
            assert [each.text for each in detail.steps] == [step]


async def change(path: Path, request: IncidentOpenRequest) -> IncidentDone:
    """What the daemon answers, as soon as it knows its incidents."""
    async with asyncio.timeout(WAIT):
        while True:
            try:
                return await asyncio.to_thread(ask_change, path.with_name("journal.sock"), request)
            except DeclinedError:
                await asyncio.sleep(0.05)
