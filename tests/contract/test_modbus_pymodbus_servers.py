"""The driver against pymodbus's servers: TCP, RTU through TCP, RTU over a pair of ptys."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.errors import DisconnectedError, IdentityError
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.model import Identity, Status
from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from tests.far_end import PATIENCE
from tests.modbus_lab import make_profile

SETTINGS = Settings(timeout=PATIENCE, quiet=0.05)
UNIT = 7
VALUES = {
    "int16": -12345,
    "uint16": 54321,
    "int32": -1234567890,
    "uint32": 3456789012,
    "int64": -1234567890123456789,
    "uint64": 12345678901234567890,
    "float32": 230.25,
    "float64": 3.141592653589793,
}
FIRST = 100
MISSING = 150
Action = Callable[[int, int, int, int, list[int], list[int] | list[bool] | None], Awaitable[None]]


class Device:
    """What the servers serve, and how often they were asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, int]] = []
        self.failing = False

    def made(self) -> SimDevice:
        holding: list[SimData] = []
        address = FIRST
        for name, value in VALUES.items():
            datatype = DataType[name.upper()]
            entry = SimData(address, values=value, datatype=datatype)
            holding.append(entry)
            address += len(entry.build_registers(block_bits=False))
        holding.append(SimData(MISSING + 1, values=[1, 2, 3], datatype=DataType.UINT16))
        holding.append(SimData(200, values="LAB-0042", datatype=DataType.STRING))
        inputs = [SimData(0, values=[10, 20, 30], datatype=DataType.UINT16)]
        bits = [True, False, True, True] + [False] * 12
        coils = [SimData(0, values=bits, datatype=DataType.BITS)]
        discrete = [SimData(0, values=[not bit for bit in bits], datatype=DataType.BITS)]
        return SimDevice(id=UNIT, simdata=(coils, discrete, holding, inputs), action=self._action)

    async def _action(
        self,
        function_code: int,
        _start: int,
        address: int,
        count: int,
        _registers: list[int],
        _values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        self.asked.append((function_code, address, count))
        return ExcCodes.DEVICE_BUSY if self.failing else None


@contextlib.asynccontextmanager
async def tcp_server(device: Device, framer: FramerType) -> AsyncGenerator[Link]:
    server = ModbusTcpServer(device.made(), framer=framer, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    listening = server.transport
    assert isinstance(listening, asyncio.Server)
    port = listening.sockets[0].getsockname()[1]
    link = await open_tcp("127.0.0.1", port, SETTINGS, "test")
    try:
        yield link
    finally:
        await link.close()
        await server.shutdown()


@contextlib.asynccontextmanager
async def pty_server(device: Device) -> AsyncGenerator[Link]:
    async with joined_ptys() as (near, far):
        server = ModbusSerialServer(device.made(), port=far, baudrate=115200)
        await server.serve_forever(background=True)
        link = await open_serial(near, SerialSettings(baud=115200), SETTINGS, "test")
        try:
            yield link
        finally:
            await link.close()
            await server.shutdown()


@contextlib.asynccontextmanager
async def joined_ptys() -> AsyncGenerator[tuple[str, str]]:
    """Two serial ports, each the other end of the other."""
    loop = asyncio.get_running_loop()
    (one, one_slave), (other, other_slave) = os.openpty(), os.openpty()
    for slave in (one_slave, other_slave):
        tty.setraw(slave)

    def copy(source: int, target: int) -> None:
        os.write(target, os.read(source, 4096))

    loop.add_reader(one, copy, one, other)
    loop.add_reader(other, copy, other, one)
    try:
        yield os.ttyname(one_slave), os.ttyname(other_slave)
    finally:
        loop.remove_reader(one)
        loop.remove_reader(other)
        for descriptor in (one, one_slave, other, other_slave):
            os.close(descriptor)


@contextlib.asynccontextmanager
async def served(wire: str, device: Device) -> AsyncGenerator[Link]:
    if wire == "rtu":
        serving = pty_server(device)
    else:
        serving = tcp_server(device, FramerType.SOCKET if wire == "tcp" else FramerType.RTU)
    async with serving as link:
        yield link
    await asyncio.sleep(0.02)  # the server closes its connections in the loop's next rounds


@pytest.fixture(params=["tcp", "rtu through tcp", "rtu"])
def wire(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def driver_for(profile: ModbusProfile, wire: str) -> ModbusDriver:
    return ModbusDriver(profile, UNIT, tcp=wire == "tcp")


def all_types() -> dict[str, dict[str, object]]:
    channels: dict[str, dict[str, object]] = {}
    address = FIRST
    for name in VALUES:
        channels[name] = {"function": 3, "register": address, "type": name}
        address += int(name[-2:]) // 16
    return channels


async def test_every_type_function_and_identification(wire: str) -> None:
    channels = all_types()
    channels |= {f"in{i}": {"function": 4, "register": i, "type": "uint16"} for i in range(3)}
    channels |= {f"coil{i}": {"function": 1, "register": i, "type": "bit"} for i in range(4)}
    channels |= {f"switch{i}": {"function": 2, "register": i, "type": "bit"} for i in range(4)}
    number = {"function": 3, "register": 200, "type": "string", "length": 8}
    profile = make_profile(channels, identify={"serial_number": number})
    device = Device()
    async with served(wire, device) as link:
        driver = driver_for(profile, wire)
        identity = await driver.identify(link)
        assert identity == Identity(manufacturer="Maker", model="M1", serial_number="LAB-0042")
        device.asked.clear()
        plan = driver.plan(list(channels))
        samples = [await driver.read(link, plan) for _ in range(3)]
    sample = samples[-1]
    assert sample.statuses == (Status.GOOD,) * len(channels)
    bits = (True, False, True, True)
    assert sample.values == (*VALUES.values(), 10, 20, 30, *bits, *(not bit for bit in bits))
    assert len(device.asked) == 3 * 4, "one request for each function"


async def test_a_register_that_is_missing_is_isolated(wire: str) -> None:
    addresses = range(MISSING, MISSING + 4)
    channels = {
        f"r{address}": {"function": 3, "register": address, "type": "uint16"}
        for address in addresses
    }
    device = Device()
    async with served(wire, device) as link:
        driver = driver_for(make_profile(channels), wire)
        plan = driver.plan(list(channels))
        for _ in range(2):
            sample = await driver.read(link, plan)
            assert sample.values == (None, 1, 2, 3)
            assert sample.statuses == (Status.ILLEGAL_ADDRESS, *[Status.GOOD] * 3)
        device.asked.clear()
        await driver.read(link, plan)
    assert device.asked == [(3, MISSING + 1, 3)]


async def test_a_busy_device(wire: str) -> None:
    channels = {"a": {"function": 4, "register": 0, "type": "uint16"}}
    device = Device()
    device.failing = True
    async with served(wire, device) as link:
        driver = driver_for(make_profile(channels), wire)
        await driver.probe(link)
        sample = await driver.read(link, driver.plan(["a"]))
        assert sample.statuses == (Status.DEVICE_ERROR,)
        device.failing = False
        assert (await driver.read(link, driver.plan(["a"]))).values == (10,)


async def test_another_model(wire: str) -> None:
    match = {"function": 4, "register": 0, "type": "uint16", "equals": [11], "what": "type"}
    channels = {"a": {"function": 4, "register": 0, "type": "uint16"}}
    async with served(wire, Device()) as link:
        driver = driver_for(make_profile(channels, identify={"match": [match]}), wire)
        with pytest.raises(IdentityError, match="holds 10, not 11"):
            await driver.identify(link)


async def test_a_server_that_goes_away() -> None:
    channels = {"a": {"function": 4, "register": 0, "type": "uint16"}}
    server = ModbusTcpServer(Device().made(), address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    listening = server.transport
    assert isinstance(listening, asyncio.Server)
    port = listening.sockets[0].getsockname()[1]
    link = await open_tcp("127.0.0.1", port, SETTINGS, "test")
    driver = ModbusDriver(make_profile(channels), UNIT, tcp=True)
    plan = driver.plan(["a"])
    assert (await driver.read(link, plan)).values == (10,)
    await server.shutdown()
    with pytest.raises(DisconnectedError):
        await driver.read(link, plan)
    await link.close()
