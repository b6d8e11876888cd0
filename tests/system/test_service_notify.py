"""What a service manager hears of a real daemon, on a real notification socket."""

import os
import re
import signal
import socket
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.system.house import WAIT, Process, running

CONFIG = """
[site]
name = "bench"
[bus.line]
address = "127.0.0.1:9"
[instrument.meter]
profile = "eastron-sdm630"
bus = "line"
unit = 1
group.all = { interval = "1h", channels = ["voltage_l1"] }
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = 9
"""
PERIOD = 0.1
QUIET = 15 * PERIOD


class Manager:
    """The service manager's end of the socket."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)

    def receive(self, limit: float = WAIT) -> str:
        """The next datagram; empty when none comes in time."""
        self._socket.settimeout(limit)
        try:
            return self._socket.recv(65_536).decode()
        except TimeoutError:
            return ""

    def wait(self, text: str) -> str:
        """The first datagram with this text."""
        limit = time.monotonic() + WAIT
        while time.monotonic() < limit:
            if text in (said := self.receive()):
                return said
        raise AssertionError(f"never heard {text}")

    def empty(self) -> None:
        """Forget what was sent so far."""
        self._socket.setblocking(False)  # noqa: FBT003 - socket's own signature
        while True:
            try:
                self._socket.recv(65_536)
            except BlockingIOError:
                return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Manager]:
    name = f"daq-test-{os.getpid()}-{time.monotonic_ns()}"
    path = str(tmp_path / "notify.sock")
    manager = Manager(path if request.param == "path" else f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", path if request.param == "path" else f"@{name}")
    monkeypatch.setenv("WATCHDOG_USEC", str(int(2 * PERIOD * 1e6)))
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    yield manager
    manager.close()


@pytest.fixture
def daemon(manager: Manager, tmp_path: Path) -> Generator[Process]:
    config = tmp_path / "daq.toml"
    config.write_text(CONFIG)
    with running(tmp_path / "daq.log", "run", str(config)) as process:
        manager.wait("READY=1")
        yield process


def test_ready_then_alive_then_stopping(manager: Manager, daemon: Process) -> None:
    said = manager.wait("WATCHDOG=1")
    assert re.search(r"STATUS=1 instruments, 0 answering, journal [\d,]+, sinks 0/1", said), said
    for _ in range(5):  # neither the instrument nor the broker is there: no reason to restart
        manager.wait("WATCHDOG=1")
    assert daemon.stop() == 0, daemon.text
    assert manager.wait("STOPPING=1")
    assert "WATCHDOG" not in manager.receive(0.01)


def test_a_process_that_stands_still_is_not_kept_alive(manager: Manager, daemon: Process) -> None:
    manager.wait("WATCHDOG=1")
    daemon.send(signal.SIGSTOP)
    daemon.wait_stopped()
    manager.empty()
    assert not manager.receive(QUIET)
    daemon.send(signal.SIGCONT)
    manager.wait("WATCHDOG=1")
    assert daemon.stop() == 0, daemon.text
