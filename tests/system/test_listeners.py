"""The daemon listens on its Unix socket, and on nothing else unless it is told to."""

import os
import socket
import stat
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.process import free_port
from tests.system import listening
from tests.system.house import Process, running

EXAMPLE = Path("config/example.toml")
CREDENTIALS = ("mqtt-password", "influx-token")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The annotated example; what it speaks to is replaced by this machine, where nobody is."""
    for name in CREDENTIALS:
        (tmp_path / name).write_text("secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("DAQ_INFLUX_PASSWORD", "secret")
    monkeypatch.setenv("DAQ_STATE", str(tmp_path))
    text = EXAMPLE.read_text()
    for number in (9, 20, 30, 40):
        text = text.replace(f"192.0.2.{number}:", "127.0.0.1:")
    text = text.replace("mqtt.example.com", "127.0.0.1").replace("influx.example.com", "127.0.0.1")
    config = tmp_path / "daq.toml"
    config.write_text(text)
    return config


@pytest.fixture
def daemon(example: Path) -> Generator[Process]:
    with running(example.parent / "run.log", "run", str(example)) as found:
        found.wait_text("site test-lab")
        yield found


def test_the_example_listens_on_its_socket_alone(daemon: Process, example: Path) -> None:
    for sink in ("broker", "history", "old-history"):
        daemon.wait_text(f"sink {sink} does not deliver")  # all has been started
    path = example.parent / "daq.sock"
    assert listening.internet(daemon.pid) == set()
    assert listening.unix(daemon.pid) == {str(path)}
    assert stat.filemode(path.stat().st_mode) == "srw-rw----"
    assert daemon.stop() == 0


def test_the_page_for_prometheus_is_on_loopback_alone(example: Path) -> None:
    port = free_port()
    example.write_text(example.read_text() + f'\n[metrics]\nlisten = "127.0.0.1:{port}"\n')
    with running(example.parent / "run.log", "run", str(example)) as daemon:
        daemon.wait_text("metrics at http")
        assert listening.internet(daemon.pid) == {f"127.0.0.1:{port}"}
        assert daemon.stop() == 0


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as tcp,
        closing(socket.socket(socket.AF_INET6, socket.SOCK_STREAM)) as tcp6,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp,
        closing(socket.socket(socket.AF_UNIX)) as local,
    ):
        tcp6.bind(("::", 0))
        tcp6.listen()
        udp.bind(("127.0.0.1", 0))
        local.bind(str(tmp_path / "socket"))
        local.listen()
        found = listening.internet(os.getpid())
        ports = {one.getsockname()[1] for one in (tcp, tcp6, udp)}
        assert {int(address.rpartition(":")[2]) for address in found} >= ports
        assert f"127.0.0.1:{tcp.getsockname()[1]}" in found
        assert str(tmp_path / "socket") in listening.unix(os.getpid())
