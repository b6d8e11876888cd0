"""One simulated instrument for scripts and tests that are not asyncio, and for those that are."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

import simulators
from simulators import OperationError, ScenarioError, SimulatorError, ThreadedLab, WireError
from simulators.control.client import ControlClient
from tests.contract.simulator_clients import Port, TcpPort, ask, modbus_client, serial_port

Transport = Literal["pty", "tcp"]
TRANSPORTS: tuple[Transport, ...] = ("pty", "tcp")
OPEN: dict[Transport, Callable[..., Port]] = {"pty": serial_port, "tcp": TcpPort}

each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@each_transport
def test_an_instrument_in_a_synchronous_test(transport: Transport) -> None:
    with (
        simulators.simulated("keithley-2000", transport, voltage=3.0, lab={"seed": 5}) as sim,
        closing(OPEN[transport](sim.port)) as port,
    ):
        assert ask(port, b"*IDN?\n").startswith(b"KEITHLEY")
        assert float(ask(port, b":READ?\n")) == pytest.approx(3.0, abs=0.1)
        assert sim.device.state()["voltage"] == pytest.approx(3.0, abs=0.1)
        sim.device.operate("voltage", 7.0)
        assert float(ask(port, b":READ?\n")) == pytest.approx(7.0, abs=0.1)
        with sim.inject("overflow") as fault:
            assert fault.hits == 1
            assert float(ask(port, b":READ?\n")) == 9.9e37
            assert sim.device.happening == ("overflow",)
        assert float(ask(port, b":READ?\n")) == pytest.approx(7.0, abs=0.1)
        assert [each.values.get("voltage") for each in sim.device.served][3] == 9.9e37
        assert sim.device.tally.replies == 5


@each_transport
async def test_an_instrument_in_an_asynchronous_test(transport: Transport) -> None:
    with simulators.simulated("mettler-sics", transport, samples=False) as sim:
        port = await asyncio.to_thread(OPEN[transport], sim.port)
        with closing(port):
            sim.device.operate("load", 20.0)
            assert (await asyncio.to_thread(ask, port, b"S\r\n")).startswith(b"S S ")
        assert set(sim.device.controls) == {"load", "print"}
        assert "overload" in sim.device.events


def test_what_other_libraries_call_the_port() -> None:
    with simulators.simulated("keithley-2000") as sim:
        assert sim.url == f"socket://127.0.0.1:{sim.tcp_port}"
        assert sim.visa == f"TCPIP::127.0.0.1::{sim.tcp_port}::SOCKET"
    with simulators.simulated("keithley-2000", "pty") as sim:
        assert sim.url == sim.port
        assert sim.visa == f"ASRL{sim.port}::INSTR"


def test_a_modbus_unit_with_options_of_wire_and_lab() -> None:
    wire, lab = {"framing": "rtu", "turnaround": "1ms"}, {"speed": 0}
    with (
        simulators.simulated("eastron-sdm630", unit=7, wire=wire, lab=lab, energy=99.0) as sim,
        closing(modbus_client(sim.port, "rtu")) as client,
    ):
        first = client.read_input_registers(0x48, count=2, device_id=7).registers
        assert first == client.read_input_registers(0x48, count=2, device_id=7).registers
        assert sim.device.state()["energy_import"] == 99.0


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before = threading.enumerate()
    with simulators.simulated("keithley-2000", "pty", place=str(tmp_path / "port")):
        assert (tmp_path / "port").is_symlink()
        assert len(threading.enumerate()) > len(before)
    with simulators.simulated("keithley-2000", "pty") as sim:
        link = Path(sim.port)
        assert link.is_symlink()
    assert list(tmp_path.iterdir()) == []
    assert not link.parent.exists()
    assert threading.enumerate() == before


def test_what_is_wrong_is_said_before_anything_runs() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'keithley-2000'"):
        simulators.simulated("keithley-200", "pty")
    with pytest.raises(ScenarioError, match=r"keithley-2000: lab\.device\.instrument\.volts"):
        simulators.simulated("keithley-2000", volts=1)
    with pytest.raises(ScenarioError, match="character_gap"):
        simulators.simulated("keithley-2000", wire={"character_gap": "a lot"})


def test_a_port_that_is_taken_is_an_error_of_the_block() -> None:
    with (
        simulators.simulated("keithley-2000") as sim,
        pytest.raises(WireError, match=sim.port),
        simulators.simulated("keithley-2000", place=sim.port),
    ):
        pytest.fail("must not start")


def test_an_error_in_the_block_comes_through() -> None:
    with pytest.raises(ZeroDivisionError), simulators.simulated("keithley-2000"):
        raise ZeroDivisionError


def test_after_the_block_there_is_nothing_to_ask() -> None:
    with simulators.simulated("keithley-2000") as sim:
        assert sim.device.state()
        with pytest.raises(OperationError, match="not 'current'"):
            sim.device.operate("current", 1.0)
        with pytest.raises(SimulatorError, match="not 'sensor-break'"):
            sim.inject("sensor-break")
    with pytest.raises(SimulatorError, match="not running"):
        sim.device.state()


def test_a_lab_from_a_file_in_a_thread(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(
        '[lab]\ncontrol = "control"\n'
        '[lab.wire.line]\ntcp = "127.0.0.1:0"\n'
        '[lab.device.meter]\nmodel = "keithley-2000"\nwire = "line"\n'
    )
    with ThreadedLab(path) as lab:
        with closing(TcpPort(lab.address("meter"))) as port:
            assert ask(port, b"*IDN?\n").startswith(b"KEITHLEY")
        with ControlClient(str(tmp_path / "control")) as client:
            assert client.ask("list")[0]["name"] == "meter"
        assert lab.call(lambda inner: inner.speed) == 1.0
        with pytest.raises(SimulatorError, match="no device 'metre'"):
            lab.address("metre")


def test_a_fault_with_a_seed_strikes_the_same_replies_again() -> None:
    def pattern() -> list[bool]:
        with (
            simulators.simulated("keithley-2000") as sim,
            closing(TcpPort(sim.port)) as port,
            sim.inject("garble", probability=0.5, seed=9),
        ):
            return [ask(port, b"*OPC?\n") == b"1\n" for _ in range(20)]

    first = pattern()
    assert 2 < sum(first) < 18
    assert pattern() == first


def test_it_needs_neither_the_daemon_nor_the_drivers_and_imports_little() -> None:
    program = """
import socket, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"daq", "drivers"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())

def loaded(names):
    return sorted(names & {name.split(".")[0] for name in sys.modules})

DAEMON = {"aiohttp", "aiomqtt", "influxdb_client", "click", "rich", "serial", "serialx", "tomlkit"}
import simulators
assert not loaded(DAEMON | {"pydantic", "pymodbus", "msgspec", "asyncio"}), loaded(DAEMON)
with simulators.simulated("keithley-2000") as sim:
    with socket.create_connection((sim.host, sim.tcp_port), 10) as connection:
        connection.sendall(b"*IDN?\\n")
        print(connection.recv(100).decode(), end="")
with simulators.simulated("eastron-sdm630"):
    pass
assert not loaded(DAEMON | {"daq", "drivers"}), loaded(DAEMON)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2000")


def test_the_pytest_plugin_imports_nothing_until_it_is_used() -> None:
    program = (
        "import sys, simulators.pytest_plugin\n"
        "heavy = {'pydantic', 'pymodbus', 'msgspec'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
