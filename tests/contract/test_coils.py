"""Coils written and read back: bytes of the manuals, and a simulated module on each wire."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from typing import Literal

import pytest

from drivers.errors import DeviceError, DriverError, IllegalAddressError, ReplyError
from drivers.modbus.coil import CoilUnit, CoilWrite, rtu_frame, tcp_frame
from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from simulators import simulated
from simulators.standalone import Simulated
from tests.contract.modbus_tools import BAUD, mbpoll, values_of
from tests.contract.simulator_clients import modbus_client

UNIT = 3
PATIENT = Settings(timeout=2.0, quiet=0.05)
WIRES: Mapping[str, tuple[Literal["pty", "tcp"], bool, Mapping[str, object]]] = {
    "pty": ("pty", False, {"baud": 115200}),
    "tcp": ("tcp", True, {}),
    "rtu through tcp": ("tcp", False, {"framing": "rtu"}),
}
each_wire = pytest.mark.parametrize("wire", WIRES)


@asynccontextmanager
async def relays(
    wire: str, *, broken: tuple[int, ...] = ()
) -> AsyncGenerator[tuple[Simulated, Link, CoilUnit]]:
    transport, tcp, keys = WIRES[wire]
    sim = simulated("modbus-relay", transport, wire=keys, unit=UNIT, broken=broken)
    await asyncio.to_thread(sim.__enter__)
    try:
        link = await opened(sim)
        try:
            yield sim, link, CoilUnit(UNIT, tcp=tcp)
        finally:
            await link.close()
    finally:
        await asyncio.to_thread(sim.__exit__, None, None, None)


async def opened(sim: Simulated) -> Link:
    if sim.transport == "pty":
        return await open_serial(sim.port, SerialSettings(baud=115200), PATIENT, "relays")
    return await open_tcp(sim.host, sim.tcp_port, PATIENT, "relays")


@pytest.mark.parametrize(
    ("unit", "request_", "frame"),
    [
        # Waveshare's wiki, "Modbus RTU Relay": relay 0 on and off, relay 1 on.
        (1, CoilWrite(0, on=True), "01 05 00 00 FF 00 8C 3A"),
        (1, CoilWrite(0, on=False), "01 05 00 00 00 00 CD CA"),
        (1, CoilWrite(1, on=True), "01 05 00 01 FF 00 DD FA"),
    ],
)
def test_frames_are_those_of_the_manual(unit: int, request_: CoilWrite, frame: str) -> None:
    assert rtu_frame(unit, request_).data == bytes.fromhex(frame)


def test_the_request_is_that_of_the_specification() -> None:
    """Modbus Application Protocol V1.1b3, section 6.5: output 173 on."""
    assert CoilWrite(172, on=True).pdu == bytes.fromhex("05 00 AC FF 00")
    sent = tcp_frame(1, CoilWrite(172, on=True)).data
    assert sent[2:] == bytes.fromhex("00 00 00 06 01 05 00 AC FF 00")


@each_wire
async def test_each_coil_is_switched_alone(wire: str) -> None:
    async with relays(wire) as (sim, link, unit):
        for address in (0, 7):
            await unit.write(link, address, on=True)
            assert await unit.read(link, address)
        await unit.write(link, 0, on=False)
        assert list(sim.device.state().values()) == [0] * 7 + [1]


@each_wire
async def test_a_coil_that_is_not_there_is_refused(wire: str) -> None:
    async with relays(wire) as (_, link, unit):
        with pytest.raises(IllegalAddressError, match="unit 3: function 5, coil 8 on: exception 2"):
            await unit.write(link, 8, on=True)
        await unit.write(link, 7, on=True)


@each_wire
async def test_a_relay_that_does_not_move_is_found(wire: str) -> None:
    async with relays(wire, broken=(2,)) as (_, link, unit):
        with pytest.raises(ReplyError, match="confirmed, and read back otherwise"):
            await unit.write(link, 2, on=True)
        await unit.write(link, 2, on=False)
        blind = CoilUnit(UNIT, tcp=WIRES[wire][1], verify=False)
        await blind.write(link, 2, on=True)


@each_wire
async def test_an_absent_unit_is_an_error_and_the_line_goes_on(wire: str) -> None:
    async with relays(wire) as (_, link, unit):
        absent = CoilUnit(UNIT + 1, tcp=WIRES[wire][1])
        link.patience = 0.2
        with pytest.raises(DriverError):
            await absent.write(link, 0, on=True)
        link.patience = None
        await unit.write(link, 1, on=True)


async def test_the_simulator_takes_nothing_but_on_and_off() -> None:
    async with relays("tcp") as (sim, _, _):
        reader, writer = await asyncio.open_connection(sim.host, sim.tcp_port)
        for body, answer in (
            ("05 00 00 55 00", "85 03"),
            ("05 00 00 FF", "85 03"),
            ("01 00 00 00 09", "81 02"),
            ("01 00 00 00 00", "81 03"),
            ("03 00 00 00 01", "83 01"),
            ("05 00 02 FF 00", "05 00 02 FF 00"),
            ("01 00 00 00 08", "01 01 04"),
        ):
            pdu = bytes.fromhex(body)
            header = bytes([0, 1, 0, 0, 0, len(pdu) + 1, UNIT])
            writer.write(header + pdu)
            head = await asyncio.wait_for(reader.readexactly(7), 10)
            got = await asyncio.wait_for(reader.readexactly(head[5] - 1), 10)
            assert got == bytes.fromhex(answer), body
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("transport", ["pty", "tcp"])
def test_other_masters_switch_the_simulated_relays(transport: Literal["pty", "tcp"]) -> None:
    wire = {"baud": BAUD} if transport == "pty" else {}
    with simulated("modbus-relay", transport, wire=wire, unit=UNIT) as sim:
        with closing(modbus_client(sim.port, transport)) as client:
            assert not client.write_coil(4, True, device_id=UNIT).isError()  # noqa: FBT003 - theirs
            assert (
                client.read_coils(0, count=8, device_id=UNIT).bits
                == [False] * 4 + [True] + [False] * 3
            )
            assert client.write_coil(8, True, device_id=UNIT).exception_code == 2  # noqa: FBT003
        printed = mbpoll(sim.port, UNIT, ["-t", "0", "-r", "2"], ["1"])
        assert "Written" in printed, printed
        assert values_of(mbpoll(sim.port, UNIT, ["-t", "0", "-r", "2", "-c", "1"])) == {2: "1"}
        assert list(sim.device.state().values()) == [0, 0, 1, 0, 1, 0, 0, 0]


def test_errors_of_a_coil_are_those_of_the_device() -> None:
    assert issubclass(IllegalAddressError, DeviceError)
