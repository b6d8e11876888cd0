"""From a scenario to wires with devices on them, not yet open."""

import asyncio
from collections.abc import Callable, Iterator
from random import Random

import msgspec

from simulators.devices import MODELS
from simulators.dialogue import TextDevice
from simulators.errors import SimulatorError
from simulators.frames import FrameDevice
from simulators.injection import FaultBoard
from simulators.registers import ModbusDevice
from simulators.served import ServedLog
from simulators.specs import DeviceSpec, Scenario, WireSpec
from simulators.wire.binary import BinaryFrontEnd, Member
from simulators.wire.endpoint import Endpoint
from simulators.wire.message import FrontEnd, Station
from simulators.wire.modbus import RtuFrontEnd, TcpFrontEnd, Unit
from simulators.wire.pty import PtyEndpoint
from simulators.wire.sender import Sender
from simulators.wire.tcp import TcpEndpoint
from simulators.wire.text import Party, TextFrontEnd
from simulators.wire.wire import Manner, Wire


class Built(msgspec.Struct, frozen=True):
    """A wire and the endpoint it is to be opened at."""

    wire: Wire
    endpoint: Endpoint

    async def open(self) -> None:
        """Open it.

        Raises:
            WireError: the path or port is not to be had.
        """
        await self.wire.open(self.endpoint)


def build(
    scenario: Scenario, faults: FaultBoard, served: ServedLog, group: asyncio.TaskGroup
) -> Iterator[Built]:
    """The wires of a scenario, one by one; their tasks will belong to ``group``."""
    for spec in scenario.wires:
        devices = [each for each in scenario.devices if each.wire == spec.name]
        stations = [_station(each, scenario.seed) for each in devices]
        sender = Sender(spec.name, spec.pace, faults, served, group)
        manner = Manner(spec.pace, spec.turnaround)
        wire = Wire(spec.name, stations, manner, _front(spec, stations), sender, group)
        yield Built(wire, _endpoint(spec, wire))


def _station(spec: DeviceSpec, seed: int) -> Station:
    random = Random(f"{seed}:{spec.name}")
    device = MODELS[spec.model].create(spec.options, random)
    return Station(spec.name, spec.unit, device, spec.turnaround)


def _endpoint(spec: WireSpec, wire: Wire) -> Endpoint:
    if spec.pty is not None:
        return PtyEndpoint(spec.pty, wire)
    if spec.tcp is not None:
        return TcpEndpoint(*spec.tcp, wire)
    raise SimulatorError(f"wire {spec.name} is neither a pty nor TCP")


def _party(station: Station) -> Party:
    if not isinstance(station.device, TextDevice):
        raise SimulatorError(f"{station.name} does not speak text")
    return station, station.device


def _front(spec: WireSpec, stations: list[Station]) -> Callable[[], FrontEnd]:
    if spec.framing == "text":
        parties = [_party(station) for station in stations]
        return lambda: TextFrontEnd(parties)
    if spec.framing == "binary":
        return _binary(stations)
    units: dict[int, Unit] = {}
    for station in stations:
        if not isinstance(station.device, ModbusDevice):
            raise SimulatorError(f"{station.name} does not speak Modbus")
        units[station.unit] = Unit(station, station.device)
    kind = RtuFrontEnd if spec.framing == "rtu" else TcpFrontEnd
    return lambda: kind(units)


def _binary(stations: list[Station]) -> Callable[[], FrontEnd]:
    members: list[Member] = []
    for station in stations:
        if not isinstance(station.device, FrameDevice):
            raise SimulatorError(f"{station.name} does not speak in binary frames")
        members.append(Member(station, station.device))
    return lambda: BinaryFrontEnd(members)
