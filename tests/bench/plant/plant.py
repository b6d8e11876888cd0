"""Everything around the daemon on one core, the daemon alone on the other."""

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from daq.control.client import NotRunningError
from daq.control.status import DaemonStatus, ask_status
from tests.bench.figure import RowError
from tests.bench.plant.process import (
    cpu_seconds,
    move_to_other_core,
    on_daemon_core,
    on_other_core,
    resident_bytes,
)
from tests.bench.plant.responder import address
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port

REGISTERS = 50
START_LIMIT = 60.0
LOOK = 0.05
DATABASE = "bench"
CONFIGURATION = "daq.toml"

_CHANNEL = """
[channel.c{number:02}]
function = 4
register = {number}
type = "uint16"
unit = "V"
"""

_PROFILE = """
[profile]
name = "registers"
manufacturer = "bench"
model = "{count} registers"
protocol = "modbus"
source = ["made for the benchmark"]

[modbus]
byte_order = "big"
word_order = "big"
turnaround = "{turnaround}"
"""

_HEAD = """
[site]
name = "bench"

[daemon]
loop = "{loop}"

[journal]
path = "journal.db"

[profiles]
folder = "profiles"
"""

_UNIT = """
[bus.b{number:04}]
address = "{address}:{port}"

[instrument.i{number:04}]
profile = "registers"
bus = "b{number:04}"
unit = 1
group.all = {{ interval = "{interval}" }}
"""

_SINKS = """
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
backlog_rate = 1000000

[sink.history]
type = "influxdb"
url = "http://127.0.0.1:{influx}"
version = 1
database = "{database}"
backlog_rate = 1000000
"""


class Load(msgspec.Struct, frozen=True):
    """What the daemon is asked to do: units with 50 registers each, all at one interval.

    ``stamped``: the first four registers say when the unit answered. ``delivered`` False: the
    daemon has no sinks. ``loop`` is the daemon's event loop.
    """

    units: int
    interval: str
    stamped: bool = False
    registers: int = REGISTERS
    delivered: bool = True
    loop: str = "asyncio"


class Plant:
    """A running plant. ``folder`` holds the configuration and the journal."""

    def __init__(self, folder: Path, load: Load, broker: Mosquitto, database: InfluxDb) -> None:
        self.folder, self.load = folder, load
        self.broker, self.database = broker, database
        self.configuration = folder / CONFIGURATION
        self.daemon: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the daemon."""
        assert self.daemon is not None
        return self.daemon.pid

    def write_configuration(self, load: Load, units_port: int) -> None:
        """The configuration file, and the profile it names."""
        write_configuration(
            self.folder, load, units_port, mqtt=self.broker.port, influx=self.database.port
        )

    def start_daemon(self, *options: str) -> None:
        """Start `daq run` on its own core."""
        with (self.folder / "daemon.log").open("ab") as log:
            self.daemon = subprocess.Popen(
                on_daemon_core(
                    sys.executable, "-m", "daq", "run", str(self.configuration), *options
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop_daemon(self) -> None:
        """Stop it in order."""
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(60)
            self.daemon = None

    def wait(self, condition: Callable[[DaemonStatus], bool], limit: float) -> None:
        """Wait until the daemon says of itself what is wanted.

        Raises:
            RowError: it did not within the limit.
        """
        end = time.monotonic() + limit
        while time.monotonic() < end:
            with suppress(NotRunningError):
                if condition(self.status()):
                    return
            time.sleep(LOOK)
        log = (self.folder / "daemon.log").read_text("utf-8", errors="replace")
        raise RowError(f"the daemon did not get there within {limit:g} s:\n{log[-2000:]}")

    def wait_polling(self) -> None:
        """Wait until every unit answers and both sinks are connected."""
        self.wait(_polls, START_LIMIT)

    def wait_delivered(self, limit: float) -> None:
        """Wait until both sinks have all there is."""
        self.wait(lambda status: _polls(status) and not any(_waiting(status)), limit)

    def status(self) -> DaemonStatus:
        """What the daemon says of itself."""
        return ask_status(self.folder / "journal.sock")

    def cpu(self) -> float:
        """Processor seconds of the daemon so far."""
        return cpu_seconds(self.pid)

    def memory(self) -> int:
        """Bytes of memory the daemon has in use."""
        return resident_bytes(self.pid)


def write_configuration(
    folder: Path, load: Load, units_port: int = 502, *, mqtt: int = 1883, influx: int = 8086
) -> None:
    """A configuration for this load in a folder, and the profile it names."""
    profiles = folder / "profiles"
    profiles.mkdir(exist_ok=True)
    (profiles / "registers.toml").write_text(profile_of(load.registers))
    units = "".join(
        _UNIT.format(
            number=number, address=address(number), port=units_port, interval=load.interval
        )
        for number in range(load.units)
    )
    sinks = _SINKS.format(mqtt=mqtt, influx=influx, database=DATABASE)
    head = _HEAD.format(loop=load.loop)
    (folder / CONFIGURATION).write_text(head + units + (sinks if load.delivered else ""))


def profile_of(registers: int, turnaround: str = "20ms") -> str:
    """The profile of a unit with so many registers, a channel each.

    ``turnaround`` is what the plan believes the unit needs to answer.
    """
    channels = "".join(_CHANNEL.format(number=number) for number in range(registers))
    return _PROFILE.format(count=registers, turnaround=turnaround) + channels


def _polls(status: DaemonStatus) -> bool:
    answering = all(instrument.state == "answering" for instrument in status.instruments)
    return answering and all(sink.state == "connected" for sink in status.sinks)


def _waiting(status: DaemonStatus) -> list[int]:
    return [sink.lag_entries + sink.backlog_entries for sink in status.sinks]


@contextmanager
def plant(folder: Path, load: Load) -> Generator[Plant]:
    """Units, broker and database that run; the daemon is started by the caller."""
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto(folder / "mosquitto"))
        database = stack.enter_context(InfluxDb(folder / "influxdb"))
        database.query(f'CREATE DATABASE "{DATABASE}"')
        port = stack.enter_context(units(load.units, stamped=load.stamped))
        for server in (broker, database):
            move_to_other_core(server.pid)
        here = Plant(folder, load, broker, database)
        here.write_configuration(load, port)
        stack.callback(here.stop_daemon)
        yield here


@contextmanager
def units(count: int, *, stamped: bool = False) -> Generator[int]:
    """That many Modbus TCP units in a process of their own; their port."""
    port = free_port()
    module = "tests.bench.plant.responder"
    command = [sys.executable, "-m", module, str(count), str(port), *(["stamped"] * stamped)]
    process = subprocess.Popen(on_other_core(*command), stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != b"listening":
            raise RuntimeError("the units do not listen")
        yield port
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
