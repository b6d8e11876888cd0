"""A real server as a child process: started on a free loopback port, stopped by its pid."""

import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

START_LIMIT = 30.0
"""Seconds a server may take until it answers; generous, the machine may be busy."""

STOP_LIMIT = 10.0
POLL = 0.01
PORT_TRIES = 3
LOWEST_PORT = 10_240


class ServerError(Exception):
    """A server could not be started; the text says why and what to install."""


def find_program(program: str, package: str) -> str:
    """Full path of a program, or an error that names the Debian package with it."""
    found = shutil.which(program) or shutil.which(program, path="/usr/local/sbin:/usr/sbin:/sbin")
    if found is None:
        raise ServerError(f"{program} is not installed; run: apt-get install {package}")
    return found


def run_program(command: Sequence[str]) -> None:
    """Run a short tool to its end.

    Raises:
        ServerError: it failed; the text is what it printed.
    """
    done = subprocess.run(command, capture_output=True, timeout=START_LIMIT, check=False)
    if done.returncode:
        raise ServerError(f"{command[0]}: {done.stderr.decode(errors='replace')}")


def free_port() -> int:
    """A port of the loopback interface nobody listens on at this moment.

    Never one the system gives to outgoing connections: such a connection could take it while a
    server is down that is to come back there, and a client that tries it again and again could
    even meet itself.
    """
    for port in random.sample(range(LOWEST_PORT, _outgoing_ports()), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise ServerError("no free port on the loopback interface")


def _outgoing_ports() -> int:
    """Where the ports of outgoing connections begin (ip(7), ip_local_port_range)."""
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def accepts(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """One child process. A subclass says how to start it and how to see that it answers.

    ``start`` may be called again after ``stop`` or ``kill``: same port, same data.
    """

    program = ""
    package = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, program: str) -> Sequence[str]:
        """Write what configuration it needs and return the command line."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server serves requests."""
        return accepts(self.port)

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        if self._process is None:
            raise ServerError(f"{self.program} is not running")
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> Self:
        """Start and wait until it answers; on a port somebody took meanwhile, try another."""
        program = find_program(self.program, self.package)
        self.folder.mkdir(parents=True, exist_ok=True)
        first = not self.log
        for left in reversed(range(PORT_TRIES)):
            self._spawn(self.command(program))
            if self._wait_until(self.answers, START_LIMIT):
                return self
            self.kill()
            if not first or not left:
                break
            self.port = free_port()
        raise ServerError(f"{self.program} does not answer on port {self.port}:\n{self.log}")

    def stop(self) -> None:
        """End it in good order; harmless when it is not running."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a power cut would; harmless when it is not running."""
        self._end(signal.SIGKILL)

    def send(self, what: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP: a server that hangs."""
        if self._process is not None:
            self._process.send_signal(what)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _spawn(self, command: Sequence[str]) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def _wait_until(self, condition: Callable[[], bool], limit: float) -> bool:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                return False
            if condition():
                return True
            time.sleep(POLL)
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_LIMIT)
