"""A lab at work: builds devices and wires from a scenario and runs them."""

import asyncio
from pathlib import Path

import msgspec

from simulators.build import build
from simulators.control.place import Place
from simulators.control.server import control_server
from simulators.device import Device, Value
from simulators.errors import SimulatorError
from simulators.faults import Fault, Framing, objection
from simulators.injection import FaultBoard, Injection
from simulators.inventory import DeviceInfo, DeviceState, WireInfo, state_of
from simulators.limits import FASTEST
from simulators.running import Running
from simulators.scheduling import FaultScheduler, nobody, until
from simulators.served import Served, ServedLog
from simulators.specs import DeviceSpec, Scenario
from simulators.tally import Tally
from simulators.wire.wire import Wire

HEARTBEAT = 0.2
"""Seconds between two flushes of the served log; the devices' time moves as well."""


class Lab(Running):
    """A running lab; made by ``running_lab``, runs during a block of ``async with``."""

    def __init__(self, scenario: Scenario, served: Path | None = None) -> None:
        super().__init__("lab")
        self._scenario = scenario
        self._speed = scenario.speed
        self._served = ServedLog(served)
        self._devices: dict[str, Device] = {}
        self._wires: dict[str, Wire] = {}
        self._control = ""
        self._scheduler: FaultScheduler | None = None
        self._faults = FaultBoard(str(scenario.seed))

    # What there is.

    def device(self, name: str) -> Device:
        """A device's state.

        Raises:
            SimulatorError: there is none of this name.
        """
        try:
            return self._devices[name]
        except KeyError:
            raise nobody(name) from None

    def address(self, device: str) -> str:
        """The path or host:port to open in order to reach a device.

        Raises:
            SimulatorError: there is none of this name.
        """
        return self._wire_of(device).address

    @property
    def control(self) -> str:
        """Where the lab can be talked to (path or host:port); empty when nowhere."""
        return self._control

    @property
    def wires(self) -> tuple[WireInfo, ...]:
        """All wires."""
        return tuple(
            WireInfo(
                spec.name,
                "pty" if spec.pty is not None else "tcp",
                self._wires[spec.name].address,
                spec.framing,
                tuple(station.name for station in self._wires[spec.name].stations),
            )
            for spec in self._scenario.wires
        )

    @property
    def devices(self) -> tuple[DeviceInfo, ...]:
        """All devices."""
        return tuple(self._info(spec) for spec in self._scenario.devices)

    def _info(self, spec: DeviceSpec) -> DeviceInfo:
        device = self.device(spec.name)
        return DeviceInfo(
            spec.name,
            spec.model,
            spec.wire,
            self.address(spec.name),
            spec.unit,
            device.channels,
            {name: each.help for name, each in device.controls().items()},
            dict(device.events),
        )

    @property
    def tallies(self) -> dict[str, Tally]:
        """How many replies each device has made, and what became of them."""
        return {spec.name: self._served.tallies.get(spec.name, Tally()) for spec in self._specs}

    @property
    def recent(self) -> tuple[Served, ...]:
        """The latest replies that were sent whole and undamaged, oldest first."""
        return tuple(self._served.recent)

    @property
    def _specs(self) -> tuple[DeviceSpec, ...]:
        return self._scenario.devices

    # What can be done.

    def state(self, device: str) -> DeviceState:
        """What a device shows at this moment.

        Raises:
            SimulatorError: there is none of this name.
        """
        found = self.device(device)
        found.advance(asyncio.get_running_loop().time())
        return state_of(found)

    def operate(self, device: str, name: str, value: Value = None) -> None:
        """Operate a control of a device, or let one of its events begin or end.

        Raises:
            OperationError: it has no such control, or does not take that.
            SimulatorError: there is no such device.
        """
        found = self.device(device)
        found.advance(asyncio.get_running_loop().time())
        found.operate(name, value)

    def inject(self, device: str, kind: str, **settings: float | str | None) -> Injection:
        """Put a fault to work now: ``settings`` are the fields of ``Fault``.

        Raises:
            SimulatorError: there is no such device, or nothing like that happens to it.
        """
        try:
            fault = msgspec.convert({"device": device, "kind": kind, **settings}, Fault)
        except msgspec.ValidationError as error:
            raise SimulatorError(f"fault {kind} of {device}: {error}") from error
        return self.put_to_work(fault)

    def put_to_work(self, fault: Fault) -> Injection:
        """Put a fault to work now.

        Raises:
            SimulatorError: there is no such device, or nothing like that happens to it.
        """
        device = self.device(fault.device)
        problem = fault.mistake or objection(fault, device, self._framing_of(fault.device))
        if problem:
            raise SimulatorError(problem)
        if self._scheduler is None:
            raise SimulatorError("the lab is not running")
        return self._scheduler.put_to_work(fault)

    @property
    def faults(self) -> tuple[Injection, ...]:
        """The faults at work, oldest first."""
        return self._faults.at_work(asyncio.get_running_loop().time())

    @property
    def speed(self) -> float:
        """Seconds of physics in a second of the clock; 0 stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not 0 <= speed <= FASTEST:
            raise SimulatorError(f"a speed is from 0 to {FASTEST}, not {speed:g}")
        now = asyncio.get_running_loop().time()
        self._speed = speed
        for device in self._devices.values():
            device.advance(now)
            device.speed = speed

    def flush(self) -> None:
        """Write the served log to its file at once."""
        self._served.flush()

    # How it runs.

    async def _work(self, group: asyncio.TaskGroup) -> None:
        try:
            self._served.open()
            for builder in build(self._scenario, self._faults, self._served, group):
                self._wires[builder.wire.name] = builder.wire
                self._devices |= {each.name: each.device for each in builder.wire.stations}
                await builder.open()
            self.speed = self._speed
            self._scheduler = FaultScheduler(self._faults, group, self.device, self._wire_of)
            for fault in self._scenario.faults:
                self._scheduler.put_to_work(fault)
            await self._talk()
        finally:
            self._scheduler = None
            await self._close()

    async def _talk(self) -> None:
        if self._scenario.control is None:
            await self._beat()
            return
        place = Place.parse(self._scenario.control)
        async with control_server(place, self) as address:
            self._control = address
            await self._beat()

    async def _close(self) -> None:
        # Backwards: the wire that made a folder removes it when the others have left it.
        for wire in reversed(self._wires.values()):
            await wire.close()
        self._served.close()

    async def _beat(self) -> None:
        self._ready.set()
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            for device in self._devices.values():
                device.advance(loop.time())
            self._served.flush()
            await until(self._stop, HEARTBEAT)

    def _framing_of(self, device: str) -> Framing:
        wire = self._wire_of(device).name
        return next(spec.framing for spec in self._scenario.wires if spec.name == wire)

    def _wire_of(self, device: str) -> Wire:
        for wire in self._wires.values():
            if any(station.name == device for station in wire.stations):
                return wire
        raise nobody(device)
