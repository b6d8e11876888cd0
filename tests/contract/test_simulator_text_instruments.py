"""Simulated text instruments on real ptys and TCP ports, against pyserial, sockets and others.

The packages of others (alicat, bronkhorst-propar, pymeasure, pyvisa) run in processes of their own.
"""

import asyncio
import json
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from simulators import parse_scenario, running_lab
from simulators.standalone import Simulated, simulated
from tests.contract.simulator_clients import Port, TcpPort, ask, serial_port

HERE = Path(__file__).parent
PATIENCE = 120.0
Kind: TypeAlias = Literal["pty", "tcp"]
KINDS: tuple[Kind, ...] = ("pty", "tcp")
WIRE = {"baud": 38400}
ACK, NAK, ENQ = b"\x06\r\n", b"\x15\r\n", b"\x05"


def connect(sim: Simulated) -> Port:
    return serial_port(sim.port) if sim.transport == "pty" else TcpPort(sim.port)


@contextmanager
def bench(sim: Simulated) -> Generator[tuple[Simulated, Port]]:
    with sim, closing(connect(sim)) as port:
        yield sim, port


def until(port: Port, end: bytes) -> bytes:
    """Read up to and including ``end``, or up to the time-out of the port."""
    heard = b""
    while not heard.endswith(end) and (byte := port.read(1)):
        heard += byte
    return heard


def cr(port: Port, line: bytes) -> bytes:
    """Ask an instrument that ends its lines in CR alone."""
    port.write(line)
    return until(port, b"\r")


async def process(script: str, *arguments: str) -> dict[str, Any]:
    """What a client by others found."""
    pipe = asyncio.subprocess.PIPE
    path = str(HERE / script)
    client = await asyncio.create_subprocess_exec(
        sys.executable, path, *arguments, stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await client.communicate()
    assert client.returncode == 0, err.decode()
    return json.loads(out)


# Each on its own


@pytest.mark.parametrize("kind", KINDS)
def test_alicat_on_a_wire(kind: Kind) -> None:
    with bench(simulated("alicat-mc", kind, wire=WIRE)) as (sim, port):
        assert cr(port, b"A\r").startswith(b"A +0")
        assert b"+03.500" in cr(port, b"AS 3.5\r")
        assert cr(port, b"AFOO\r") == b"?\r"
        assert sim.device.state()["setpoint"] == 3.5
        port.write(b"A@=@\r")
        streamed = [until(port, b"\r") for _ in range(5)]
        assert all(line.startswith(b"+0") for line in streamed)
        port.write(b"@@=A\r")
        while not (line := until(port, b"\r")).startswith(b"A +0"):
            assert line.startswith(b"+0")
        assert cr(port, b"ALS\r") == b"A +03.500 +03.500 7 SLPM\r"


@pytest.mark.parametrize("kind", KINDS)
def test_gauges_on_a_wire(kind: Kind) -> None:
    with bench(simulated("pfeiffer-tpg26x", kind, wire=WIRE, gauge_2="PKR")) as (_, port):
        assert ask(port, b"PRX\r\n") == ACK
        first = ask(port, ENQ)
        assert first.count(b",") == 3
        assert first.endswith(b"\r\n")
        assert ask(port, ENQ + b"\r\n").count(b",") == 3
        assert ask(port, b"FOO\r") == NAK
        assert ask(port, ENQ) == b"0001\r\n"
        assert ask(port, b"TID\r") == ACK
        assert ask(port, ENQ) == b"TPR,PKR\r\n"
        assert ask(port, b"COM,0\r") == ACK
        assert all(port.readline().count(b",") == 3 for _ in range(4))
        port.write(b"PNR\r")
        while (line := port.readline()) != ACK:
            assert line.count(b",") == 3
        assert ask(port, ENQ) == b"302-510-A\r\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_does_not_overtake_the_answer_that_starts_it(kind: Kind) -> None:
    wire = {"turnaround": "400ms"}  # the first line of the stream is due at once
    with bench(simulated("pfeiffer-tpg26x", kind, wire=wire)) as (_, port):
        assert ask(port, b"COM,0\r") == ACK
        assert all(port.readline().count(b",") == 3 for _ in range(3))


@pytest.mark.parametrize("kind", KINDS)
def test_a_force_gauge_on_a_wire(kind: Kind) -> None:
    with bench(simulated("mark10-gauge", kind, wire=WIRE, busy=False)) as (sim, port):
        sim.device.operate("load", -18.78)
        sim.device.operate("data")
        assert port.readline().endswith(b" N\r\n")
        assert float(ask(port, b"?C\r")[:-4]) < -10
        assert ask(port, b"?A\r\n") == b"*11\r\n"
        assert ask(port, b"NUM\r?\r").endswith(b"\r\n")
        assert ask(port, b"FLTC11\r") == b"*22\r\n"


@pytest.mark.parametrize("kind", KINDS)
def test_analog_inputs_on_a_wire(kind: Kind) -> None:
    with bench(simulated("adam-4000", kind, wire=WIRE, address="05", checksum=True)) as (_, port):
        port.write(b"#05\r#0587\r#06\r")  # three that get no answer
        answer = cr(port, b"#0588\r")
        assert answer[-3:-1] == b"%02X" % (sum(answer[:-3]) % 256)
        assert answer.count(b".") == 8
        assert cr(port, b"$05MD6\r")[:7] == b"!054017"


@pytest.mark.parametrize("kind", KINDS)
def test_a_safety_tester_on_a_wire(kind: Kind) -> None:
    with bench(simulated("gwinstek-gpt9800", kind, wire=WIRE, busy=False)) as (sim, port):
        assert ask(port, b"*IDN?\n").startswith(b"GPT-9803, ")
        port.write(b"MANU:RTIM 0.1\nMANU:ACW:TTIM 0.5\nTEST:RET ON\nFUNC:TEST ON\r\n")
        assert port.readline() == b"OK\r\n"
        assert ask(port, b"MEAS?\r\n").startswith(b">ACW, PASS , 1.")
        assert ask(port, b"MANU:ACW:VOLT 99\nSYST:ERR?\n") == b"21,Value Error\r\n"
        assert sim.device.state()["verdict"] == "PASS"


@pytest.mark.parametrize("kind", KINDS)
def test_a_transmitter_that_streams_with_checksums(kind: Kind) -> None:
    with bench(simulated("vaisala-hmt330", kind, wire=WIRE, echo=False)) as (sim, port):
        assert ask(port, b'FORM 3.1 RH " " T " " CS2 \\rn\r') == b"OK\r\n"
        assert ask(port, b"INTV 0 S\r") == b"Output interval: 0 S\r\n"
        port.write(b"R\r")
        lines = [port.readline() for _ in range(4)]
        port.write(b"S\r")
        assert len(sim.device.served) >= 4
    for line in lines:
        assert line[-4:-2] == b"%02X" % (sum(line[:-4]) % 256)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_power_meter_through_visa(kind: Kind) -> None:
    commands = [":NUM:FORM ASC;:NUM:NORM:NUM 2;ITEM1 P,1;ITEM2 U,1", ":NUM:NORM:VAL?", "*IDN?"]
    with simulated("yokogawa-wt310e-scpi", kind) as sim:
        found = await process("visa_clients.py", "queries", sim.visa, *commands, "STAT:ERR?")
        values = [each.values for each in sim.device.served]
    power, voltage = found[":NUM:NORM:VAL?"].split(",")
    assert values[0] == {"power": float(power), "voltage": float(voltage)}
    assert found["*IDN?"].startswith("YOKOGAWA,WT310E,")
    assert found["STAT:ERR?"] == '0,"No error"'


# The clients of others


@pytest.mark.parametrize("kind", KINDS)
async def test_the_package_alicat(kind: Kind) -> None:
    with simulated("alicat-mc", kind) as sim:
        place = str(Path(sim.port).resolve()) if kind == "pty" else sim.port
        found = await process("gas_clients.py", "alicat", place)
        state = sim.device.state()
    assert found["first"]["setpoint"] == 2.0
    assert found["first"]["gas"] == "Air"
    assert found["first"]["control_point"] == "mass flow"
    assert found["second"]["setpoint"] == state["setpoint"] == 5.0
    assert found["second"]["mass_flow"] == pytest.approx(5, abs=0.3)
    assert found["second"]["gas"] == state["gas"] == "Ar"
    assert found["locked"] is True
    assert "10v20" in found["firmware"]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_package_of_bronkhorst(kind: Kind) -> None:
    with simulated("bronkhorst-propar", kind, node=5, serial_number="M1234567B") as sim:
        found = await process("gas_clients.py", "propar", sim.port, "5")
        state = sim.device.state()
    assert found["setpoint"] == 8000
    assert found["measure"] == pytest.approx(8000, abs=100)
    assert found["serial"] == "M1234567B"
    assert found["chained"]["Capacity 100%"] == 10.0
    assert found["chained"]["Capacity Unit"] == "ln/min"
    assert found["chained"]["Fluid Name"] == "N2"
    assert found["chained"]["Fmeasure"] == pytest.approx(2.5, abs=0.05)
    assert [found[each] for each in ("written", "too_much", "read_only", "floated")] == [
        *(True, False, False, True)
    ]
    assert found["setpoint_after"] == 3200
    assert state["setpoint"] == 10.0
    assert found["nowhere"] is None


@pytest.mark.parametrize("kind", KINDS)
async def test_pymeasure_with_a_multimeter(kind: Kind) -> None:
    with simulated("keithley-2000", kind, resistance=470.0) as sim:
        found = await process("visa_clients.py", "keithley", sim.visa)
    assert found["id"].startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2000,")
    assert (found["mode"], found["new_mode"]) == ("voltage", "resistance")
    assert found["voltage"] == pytest.approx(5, rel=1e-3)
    assert found["resistance"] == pytest.approx(470, rel=1e-3)
    assert found["current"] == pytest.approx(5 / 470, rel=2e-3)
    assert found["frequency"] == pytest.approx(50, abs=0.1)
    assert (found["nplc"], found["range"], found["over"]) == (0.1, 1.0, 9.9e37)
    assert found["again"] == pytest.approx(5, rel=1e-3)
    assert (found["beep"], found["errors"]) == ("disabled", [])


# Several on one wire

SHARED = {
    "alicat-mc": ('address = "A"', 'address = "B"', (b"A", b"C", b"B"), (b"A +0", b"B +0")),
    "adam-4000": (
        'address = "01"',
        'address = "1F"',
        (b"$01M", b"$02M", b"$1FM"),
        (b"!01", b"!1F"),
    ),
    "bronkhorst-propar": (
        *("node = 3", "node = 127"),
        (b":06030401210120", b":06040401210120", b":067F0401210120"),
        (b":060302", b":067F02"),
    ),
}
"""Options of two devices; requests to the first, to nobody and to the second; how they answer."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", SHARED)
async def test_several_addresses_on_one_wire(model: str, kind: Kind, tmp_path: Path) -> None:
    place = 'pty = "port"\nbaud = 38400' if kind == "pty" else 'tcp = "127.0.0.1:0"'
    one, two, (to_one, to_nobody, to_two), (by_one, by_two) = SHARED[model]
    devices = "".join(
        f'[lab.device.{name}]\nmodel = "{model}"\nwire = "line"\n{option}\n'
        for name, option in (("one", one), ("two", two))
    )
    scenario = parse_scenario(f"[lab]\n[lab.wire.line]\n{place}\n{devices}", folder=tmp_path)

    def talk(address: str) -> list[bytes]:
        with closing(serial_port(address) if kind == "pty" else TcpPort(address)) as port:
            port.write(to_nobody + b"\r")
            return [cr(port, each + b"\r").strip() for each in (to_one, to_two, to_one)]

    async with running_lab(scenario) as lab:
        answers = await asyncio.to_thread(talk, lab.address("one"))
    found = [answer[: len(by_one)] for answer in answers]
    assert found == [by_one, by_two, by_one]
