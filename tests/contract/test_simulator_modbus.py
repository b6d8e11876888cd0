"""The Modbus simulators against pymodbus, on every kind of wire."""

import asyncio
import struct
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from pymodbus.pdu import ModbusPDU

from simulators import Lab, Served, parse_scenario, running_lab
from tests.contract.simulator_clients import LAB, ModbusClient, lines_of, modbus_client

T = TypeVar("T")

WIRES = {
    "pty": 'pty = "line"\nbaud = 19200',
    "tcp": 'tcp = "127.0.0.1:0"',
    "rtu": 'tcp = "127.0.0.1:0"\nframing = "rtu"',
}


class Bench:
    """A lab with three Modbus devices on one wire, and how to reach it."""

    def __init__(self, lab: Lab, kind: str, served: Path) -> None:
        self.lab = lab
        self.kind = kind
        self._served = served

    async def use(self, work: Callable[[ModbusClient], T], patience: float = 5.0) -> T:
        def run() -> T:
            address = self.lab.address("mains")
            with closing(modbus_client(address, self.kind, patience)) as client:
                return work(client)

        return await asyncio.to_thread(run)

    def served(self) -> list[Served]:
        self.lab.flush()
        return [msgspec.json.decode(line, type=Served) for line in lines_of(self._served)]


@asynccontextmanager
async def bench_on(wire: str, folder: Path) -> AsyncGenerator[Bench]:
    scenario = parse_scenario(LAB.format(wire=WIRES.get(wire, wire)), folder=folder)
    served = folder / "served.jsonl"
    async with running_lab(scenario, served=served) as lab:
        yield Bench(lab, wire if wire in WIRES else "pty", served)


def floats(words: Sequence[int]) -> list[float]:
    return list(struct.unpack(f">{len(words) // 2}f", struct.pack(f">{len(words)}H", *words)))


@pytest.mark.parametrize("wire", WIRES)
async def test_a_meter_is_read_and_what_was_read_is_in_the_served_log(
    wire: str, tmp_path: Path
) -> None:
    async with bench_on(wire, tmp_path) as bench:
        reply = await bench.use(lambda c: c.read_input_registers(0, count=18, device_id=1))
        energy = await bench.use(lambda c: c.read_input_registers(0x156, count=2, device_id=1))
        first, second = bench.served()
        assert first.device == second.device == "mains"
        assert floats(reply.registers) == list(first.values.values())
        assert list(first.values)[:3] == ["voltage_l1", "voltage_l2", "voltage_l3"]
        assert second.values == {"energy_total": floats(energy.registers)[0]}
        assert floats(energy.registers)[0] >= 1834
        assert abs(first.time - time.time_ns()) < 60e9
        assert not first.late


@pytest.mark.parametrize("wire", WIRES)
async def test_three_units_share_the_wire(wire: str, tmp_path: Path) -> None:
    async with bench_on(wire, tmp_path) as bench:

        def read(client: ModbusClient) -> list[Sequence[int]]:
            return [
                client.read_input_registers(0x46, count=2, device_id=1).registers,
                client.read_holding_registers(1, count=5, device_id=2).registers,
                client.read_holding_registers(0, count=4, device_id=3).registers,
            ]

        frequency, furnace, probes = await bench.use(read)
        assert floats(frequency)[0] == pytest.approx(50, abs=0.2)
        mains_line, furnace_line, probes_line = bench.served()
        assert list(mains_line.values) == ["frequency"]
        assert furnace_line.values == {
            "temperature": furnace[0] / 10,
            "target_setpoint": furnace[1] / 10,
            "output": furnace[2] / 10,
            "working_setpoint": furnace[4] / 10,
        }
        assert list(probes_line.values.values()) == [word / 10 for word in probes]


@pytest.mark.parametrize("wire", WIRES)
async def test_set_points_are_written_with_functions_6_and_16(wire: str, tmp_path: Path) -> None:
    async with bench_on(wire, tmp_path) as bench:

        def write(client: ModbusClient) -> list[int]:
            assert not client.write_register(2, 1500, device_id=2).isError()
            before = client.read_holding_registers(2, count=1, device_id=2).registers
            assert not client.write_registers(2, [805], device_id=2).isError()
            return [*before, *client.read_input_registers(2, count=1, device_id=2).registers]

        assert await bench.use(write) == [1500, 805]


@pytest.mark.parametrize("wire", WIRES)
async def test_exceptions(wire: str, tmp_path: Path) -> None:
    async with bench_on(wire, tmp_path) as bench:

        def read(client: ModbusClient) -> list[int]:
            return [
                client.read_coils(0, count=1, device_id=1).exception_code,
                client.write_register(2, 1, device_id=1).exception_code,
                client.read_holding_registers(4, count=1, device_id=3).exception_code,
                client.read_input_registers(0, count=82, device_id=1).exception_code,
                client.write_register(2, 30000, device_id=2).exception_code,
            ]

        assert await bench.use(read) == [1, 1, 2, 3, 3]
        assert all(not line.values for line in bench.served())


@pytest.mark.parametrize("wire", WIRES)
async def test_a_unit_that_is_not_there(wire: str, tmp_path: Path) -> None:
    async with bench_on(wire, tmp_path) as bench:

        def read(client: ModbusClient) -> ModbusPDU:
            return client.read_holding_registers(0, count=1, device_id=9)

        if bench.kind == "tcp":
            assert (await bench.use(read)).exception_code == 0x0B
            return
        with pytest.raises(Exception, match="No response"):
            await bench.use(read, patience=0.3)
        reply = await bench.use(lambda c: c.read_holding_registers(0, count=1, device_id=3))
        assert len(reply.registers) == 1


async def test_replies_take_the_time_of_the_line(tmp_path: Path) -> None:
    slow = 'pty = "line"\nbaud = 1200\nturnaround = "50ms"'
    async with bench_on(slow, tmp_path) as bench:

        def read(client: ModbusClient) -> float:
            begin = time.monotonic()
            assert len(client.read_input_registers(0, count=18, device_id=1).registers) == 18
            return time.monotonic() - begin

        took = await bench.use(read)
    least = (8 + 41) * 10 / 1200 + 0.05
    assert least * 0.99 < took


async def test_two_tcp_clients_are_served_side_by_side(tmp_path: Path) -> None:
    async with bench_on("tcp", tmp_path) as bench:

        def read(client: ModbusClient) -> int:
            return sum(
                not client.read_input_registers(0, count=2, device_id=1).isError()
                for _ in range(30)
            )

        assert await asyncio.gather(bench.use(read), bench.use(read)) == [30, 30]
