"""Chambers, balance, circulator, cryostats and multimeters on real ptys and TCP ports.

Spoken to by pyserial, by sockets, and by pymeasure on pyvisa-py in a process of its own.
"""

import asyncio
import json
import socket
import sys
import time
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

each_kind = pytest.mark.parametrize("kind", KINDS)


@contextmanager
def bench(sim: Simulated) -> Generator[tuple[Simulated, Port]]:
    with (
        sim,
        closing(serial_port(sim.port) if sim.transport == "pty" else TcpPort(sim.port)) as port,
    ):
        yield sim, port


def framed(body: str) -> bytes:
    return f"\x02{body}{sum(body.encode()) % 256:02X}\r\n".encode()


@each_kind
def test_an_espec_chamber(kind: Kind) -> None:
    with bench(simulated("espec-p300", kind, wire=WIRE, temperature=30.0)) as (sim, port):
        temperature, humidity, mode, alarms = ask(port, b"MON?\r\n").strip().split(b",")
        assert sim.device.served[-1].values["temperature"] == float(temperature)
        assert (mode, alarms) == (b"CONSTANT", b"0")
        assert 0 <= float(humidity) <= 100
        assert ask(port, b"TEMP, S45.5\r\n") == b"OK:TEMP, S45.5\r\n"
        assert ask(port, b"TEMP?\r\n").split(b",")[1] == b"45.5"
        assert ask(port, b"NOPE\r\n") == b"NA:CMD ERR\r\n"
        with sim.inject("alarm"):
            assert ask(port, b"MON?\r\n").endswith(b",1\r\n")


@each_kind
def test_a_temi_controller_and_its_checksum(kind: Kind) -> None:
    with bench(simulated("samwon-temi", kind, wire=WIRE)) as (sim, port):
        assert ask(port, framed("01RRD,01,0002")) == framed("01RRD,OK,01F4")
        with sim.inject("checksum", count=1):
            spoiled = ask(port, framed("01RRD,01,0002"))
        right = framed("01RRD,OK,01F4")
        assert spoiled != right
        assert spoiled[:-4] == right[:-4]
        assert int(spoiled[-4:-2], 16) != int(right[-4:-2], 16)
        assert ask(port, framed("01RRD,01,9999")) == framed("01NG02")
        assert ask(port, b"\x0201AMI00\r\n") == framed("01NG11")


@each_kind
async def test_controllers_share_a_line(kind: Kind, tmp_path: Path) -> None:
    place = 'pty = "port"\nbaud = 38400' if kind == "pty" else 'tcp = "127.0.0.1:0"'
    devices = "".join(
        f'[lab.device.{name}]\nmodel = "{model}"\nwire = "line"\n{options}\n'
        for name, model, options in (
            ("one", "samwon-temi", "address = 1\ntemperature = 30.0"),
            ("two", "samwon-temi", "address = 12\ntemperature = 40.0"),
            ("chamber", "espec-p300", "address = 3\ntemperature = 50.0"),
        )
    )
    scenario = parse_scenario(f"[lab]\n[lab.wire.line]\n{place}\n{devices}", folder=tmp_path)

    def talk(address: str) -> list[bytes]:
        with closing(serial_port(address) if kind == "pty" else TcpPort(address)) as port:
            port.write(framed("07RRD,01,0002") + b"MON?\r\n4,MON?\r\n")
            return [
                ask(port, framed("01RRD,01,0002")),
                ask(port, framed("12RRD,01,0002")),
                ask(port, b"3,TEMP?\r\n").split(b",")[1],
            ]

    async with running_lab(scenario) as lab:
        answers = await asyncio.to_thread(talk, lab.address("two"))
        with lab.inject("two", "silence"):
            again = await asyncio.to_thread(talk_to_the_first, lab.address("two"), kind)
    assert answers == [framed("01RRD,OK,012C"), framed("12RRD,OK,0190"), b"50.0"]
    assert again == framed("01RRD,OK,012C")


def talk_to_the_first(address: str, kind: Kind) -> bytes:
    with closing(serial_port(address) if kind == "pty" else TcpPort(address)) as port:
        port.write(framed("12RRD,01,0002"))
        return ask(port, framed("01RRD,01,0002"))


def test_simserv_over_tcp() -> None:
    with simulated("weiss-simserv") as sim, socket.create_connection((sim.host, sim.tcp_port)) as s:
        s.settimeout(PATIENCE)

        def query(*fields: object) -> list[bytes]:
            s.sendall(b"\xb6".join(str(field).encode() for field in fields) + b"\r")
            return s.recv(512).removesuffix(b"\r\n").split(b"\xb6")

        assert query(99997, 1, 3)[0] == b"1"
        status, value = query(11004, 1, 1)
        assert status == b"1"
        assert sim.device.served[-1].values == {"temperature": float(value)}
        assert query(11001, 1, 1, "35.5") == [b"1"]
        assert query(11002, 1, 1) == [b"1", b"35.5"]
        assert query(12345, 1) == [b"-5"]
        with sim.inject("sensor-break"):
            assert query(11004, 1, 1) == [b"-8"]


@each_kind
def test_a_balance_is_asked_with_and_without_line_ends(kind: Kind) -> None:
    with bench(simulated("sartorius-sbi", kind, wire=WIRE, samples=False)) as (_, port):
        lines = [ask(port, command) for command in (b"\x1bP", b"\x1bP\r\n", b"\x1bx1_")]
        assert [len(line) for line in lines] == [22, 22, 22]
        assert lines[2].startswith(b"MSE224S")


@each_kind
@pytest.mark.parametrize("form", [16, 22])
def test_the_print_key_of_a_balance(kind: Kind, form: int) -> None:
    sim = simulated("sartorius-sbi", kind, wire=WIRE, samples=False, form=form, output="stable")
    with bench(sim) as (_, port):
        sim.device.operate("load", 25.0)
        sim.device.operate("print")
        line = port.readline()
        assert len(line) == form
        assert line[-5:] == b"g  \r\n"
        assert float(line[-15:-6]) == pytest.approx(25, abs=0.01)
        assert sim.device.served[-1].request == "print"


@each_kind
def test_a_balance_that_prints_by_itself(kind: Kind) -> None:
    wire = {"baud": 9600}
    sim = simulated("sartorius-sbi", kind, wire=wire, auto="interval", interval=0.2, samples=False)
    with bench(sim) as (_, port):
        began = time.monotonic()
        lines = [port.readline() for _ in range(6)]
        assert time.monotonic() - began > 0.6
        assert all(line.startswith(b"N  ") for line in lines)
        port.write(b"\x1bP\x1bx1_")
        while not port.readline().startswith(b"MSE"):
            assert time.monotonic() - began < PATIENCE
        replies = sim.device.tally.replies
        time.sleep(0.7)
        assert sim.device.tally.replies == replies


def test_what_a_balance_prints_while_nobody_listens_is_lost() -> None:
    with simulated("sartorius-sbi", samples=False) as sim:
        sim.device.operate("load", 10.0)
        sim.device.operate("print")
        while sim.device.tally.replies == 0:
            time.sleep(0.02)
        with closing(TcpPort(sim.port)) as port:
            sim.device.operate("load", 90.0)
            assert float(ask(port, b"\x1bP")[7:16]) > 0
            sim.device.operate("print")
            assert port.readline().startswith(b"N  ")
        assert sim.device.tally.served == 2


@each_kind
def test_a_circulator(kind: Kind) -> None:
    with bench(simulated("julabo-circulator", kind, wire=WIRE)) as (sim, port):
        assert float(ask(port, b"in_pv_00\r")) == pytest.approx(21, abs=2)
        time.sleep(0.02)
        port.write(b"out_sp_00 42.5\r")
        time.sleep(0.26)
        assert ask(port, b"IN_SP_00\r") == b"42.50\r\n"
        time.sleep(0.02)
        assert ask(port, b"STATUS\r") == b"03 REMOTE START\r\n"
        with sim.inject("low-level"):
            assert ask(port, b"STATUS\r") == b"-01 LOW LEVEL ALARM\r\n"


def test_a_strict_circulator_misses_what_comes_right_behind_an_out_command() -> None:
    with bench(simulated("julabo-circulator", "tcp", strict=True)) as (sim, port):
        port.write(b"OUT_SP_00 42.5\rIN_PV_00\r")
        time.sleep(0.3)
        assert ask(port, b"IN_SP_00\r") == b"42.50\r\n"
        assert [each.request for each in sim.device.served] == ["IN_SP_00"]


@each_kind
def test_a_monitor_of_eight_sensors(kind: Kind) -> None:
    with bench(simulated("lakeshore-218", kind, wire=WIRE, cold=True)) as (sim, port):
        assert ask(port, b"*IDN?\r\n").startswith(b"LSCI,MODEL218E,")
        values = [float(text) for text in ask(port, b"KRDG? 0\r\n").split(b",")]
        assert list(sim.device.served[-1].values.values()) == values
        with sim.inject("sensor-break", channel="t3"):
            assert ask(port, b"RDGST? 3\r\n") == b"128\r\n"
            assert ask(port, b"RDGST? 4\r\n") == b"000\r\n"
        assert ask(port, b"RDGST? 3\r\n") == b"000\r\n"


@each_kind
def test_a_data_acquisition_unit(kind: Kind) -> None:
    with bench(simulated("keysight-34970a", kind, wire=WIRE)) as (sim, port):
        assert ask(port, b"*IDN?\n").startswith(b"HEWLETT-PACKARD,34970A,")
        port.write(b"CONF:VOLT:DC (@103)\nROUT:SCAN (@101:103)\n")
        assert len(ask(port, b"READ?\n").split(b",")) == 3
        with sim.inject("sensor-break", channel="ch101"):
            assert ask(port, b"READ?\n").startswith(b"+9.90000000E+37,")
        assert ask(port, b"SYST:ERR?\n") == b'+0,"No error"\r\n'


async def process(client: str, resource: str) -> dict[str, Any]:
    """What a client by others found."""
    pipe = asyncio.subprocess.PIPE
    script = str(HERE / "bench_clients.py")
    run = await asyncio.create_subprocess_exec(
        sys.executable, script, client, resource, stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await run.communicate()
    assert run.returncode == 0, err.decode()
    found: dict[str, Any] = json.loads(out)
    return found


@each_kind
async def test_pymeasure_with_a_multimeter_that_insists_on_remote(kind: Kind) -> None:
    with simulated("keysight-34401a", kind, wire=WIRE, strict=True, voltage=3.3) as sim:
        found = await process("hp34401a", sim.visa)
    assert found["id"].startswith("HEWLETT-PACKARD,34401A,")
    assert (found["function"], found["new_function"]) == ("DCV", "R2W")
    assert found["reading"] == pytest.approx(3.3, rel=1e-3)
    assert found["resistance"] == pytest.approx(996.4, rel=1e-3)
    assert (found["range"], found["nplc"], found["autozero"]) == (100, 1, False)
    assert found["stored"] == pytest.approx([3.3] * 3, rel=1e-3)
    assert (found["count"], found["terminals"], found["source"]) == (3, "FRONT", "IMM")
    assert found["errors"] == []
    assert found["wrong"] == '-113,"Undefined header"'


@each_kind
async def test_pymeasure_with_a_temperature_controller_that_insists_on_gaps(kind: Kind) -> None:
    wire = {"baud": 57600}
    with simulated("lakeshore-336", kind, wire=wire, cold=True, strict=True, setpoint=5.0) as sim:
        found = await process("lakeshore", sim.visa)
        state = sim.device.state()
    assert found["id"].startswith("LSCI,MODEL336,")
    assert found["kelvin_A"] == pytest.approx(state["ta"], abs=5)
    assert found["kelvin_B"] > 3
    assert (found["setpoint"], found["range"]) == (12.5, "high")
    assert 0 <= found["output"] <= 100
