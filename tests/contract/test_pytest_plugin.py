"""The pytest plug-in, in a test run of its own that knows nothing else of this repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USERS = {
    "synchronous": """
import socket

def test_a_balance(instrument_simulator):
    sim = instrument_simulator("mettler-sics", transport="tcp", samples=False)
    with socket.create_connection((sim.host, sim.tcp_port), 10) as connection:
        answers = connection.makefile("rb")
        sim.device.operate("load", 50.0)
        connection.sendall(b"S\\r\\n")
        assert answers.readline().startswith(b"S S ")
        with sim.inject("overload"):
            connection.sendall(b"SI\\r\\n")
            assert answers.readline() == b"S +\\r\\n"
        answers.close()
    assert sim.device.tally.served == 2

def test_two_at_once(instrument_simulator):
    one, other = instrument_simulator("keithley-2000"), instrument_simulator("keithley-2000")
    assert one.port != other.port
""",
    "asynchronous": """
import asyncio

async def test_a_transmitter(instrument_simulator):
    sim = instrument_simulator("vaisala-hmt330", transport="tcp", echo=False)
    reader, writer = await asyncio.open_connection(sim.host, sim.tcp_port)
    writer.write(b"SEND\\r\\n")
    async with asyncio.timeout(10):
        line = await reader.readline()
    assert line.startswith(b"RH= ")
    writer.close()
    await writer.wait_closed()
""",
    "a whole lab": """
import pathlib, socket

def test_a_lab(simulated_lab, tmp_path):
    file = tmp_path / "lab.toml"
    file.write_text('[lab.wire.line]\\ntcp = "127.0.0.1:0"\\n'
                    '[lab.device.meter]\\nmodel = "keithley-2000"\\nwire = "line"\\n')
    lab = simulated_lab(file)
    host, _, port = lab.address("meter").rpartition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b"*IDN?\\n")
        assert connection.recv(100).startswith(b"KEITHLEY")
""",
    "unittest": """
import unittest
import simulators

class Balance(unittest.TestCase):
    def setUp(self):
        self.sim = self.enterContext(simulators.simulated("mettler-sics", "pty"))

    def test_port(self):
        self.assertTrue(self.sim.port.endswith("mettler-sics"))
""",
}
LEFT_OPEN = """
import os, pytest

def descriptors():
    return len(os.listdir("/proc/self/fd"))

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    before = descriptors()
    result = yield
    assert descriptors() <= before, "descriptors left open"
    return result
"""


@pytest.mark.parametrize("user", USERS)
def test_other_peoples_tests_use_it(user: str, tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(USERS[user])
    (tmp_path / "conftest.py").write_text(LEFT_OPEN)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nasyncio_mode = auto\n"
        "asyncio_default_fixture_loop_scope = function\n"
    )
    plugins = ["-p", "simulators.pytest_plugin", "-p", "pytest_asyncio.plugin"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env=environment,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
