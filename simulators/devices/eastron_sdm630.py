"""Eastron SDM630-Modbus V2: three-phase energy meter.

Sources: Eastron, "SDM630 Modbus MID V2 user manual", Modbus protocol, sections 1.2 and 1.3
(input registers with function 04, holding registers with 03 and 16, one parameter in two
registers, at most 40 parameters a request); checked against "SDM72D-M user manual" V1.5,
page 14, for the parameters both meters have, and the register lists of the lamaPLC wiki, page
"eastron_sdm_modbus". Serial number at FC00h: "SDM530Y user manual" V1.0, page 43.

Not in those sources, taken from the Modbus application protocol: exception 2 for a request
that begins or ends inside a parameter, exception 3 for too many parameters. The meter code and
software version at FC02h and FC03h are from memory of the SDM120 manual.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.mains import Phase
from simulators.noise import Wander
from simulators.registers import (
    ILLEGAL_VALUE,
    READ_HOLDING,
    READ_INPUT,
    WRITE_MANY,
    Bank,
    ModbusDevice,
    ModbusRefusal,
    Point,
    float32,
    uint16,
    uint32,
)

PHASES = 3
MOST_REGISTERS = 80
INPUTS = range(0x17E)
HOLDINGS = (range(0x3C), range(0xFC00, 0xFC04))
DEMAND_PERIOD = 0x02
DEMAND_PERIODS = (0.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 60.0)
SETTINGS = {DEMAND_PERIOD: 60.0, 0x0A: 3.0, 0x0C: 100.0, 0x12: 0.0, 0x14: 1.0, 0x1C: 2.0}
"""Holding registers and what they hold at first: demand period in minutes, system type,
pulse width in ms, parity and stop code, node address, baud code."""


class Options(DeviceOptions):
    """``load`` is the mean active power in W, ``energy`` what the counter shows at first, kWh."""

    load: float = Field(default=2400.0, gt=0)
    energy: float = Field(default=1834.25, ge=0)
    serial_number: int = Field(default=21040537, ge=0, lt=2**32)


class EastronSdm630(ModbusDevice):
    """Three phases with their own loads, and counters that integrate the power."""

    model: ClassVar[str] = "eastron-sdm630"
    description: ClassVar[str] = "Eastron SDM630 three-phase energy meter (Modbus, float32)"
    channels: ClassVar[tuple[str, ...]] = (
        "voltage_l1",
        "voltage_l2",
        "voltage_l3",
        "current_l1",
        "current_l2",
        "current_l3",
        "power_l1",
        "power_l2",
        "power_l3",
        "power_total",
        "frequency",
        "energy_import",
        "energy_total",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    turnaround = 0.015

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        share = (options.load / PHASES, options.energy / PHASES)
        self.phases = [Phase(random, 230.0 + i, *share) for i in range(PHASES)]
        self._frequency = Wander(random, 50.0, 0.015, 30)
        self._serial_number = options.serial_number
        self._settings = dict(SETTINGS)
        self._inputs = Bank(self._input_points(), [INPUTS], limit=MOST_REGISTERS, whole=True)
        self._holdings = Bank(self._holding_points(), HOLDINGS, limit=MOST_REGISTERS)
        self.readable = {READ_INPUT: self._inputs, READ_HOLDING: self._holdings}
        self.writable = {WRITE_MANY: self._holdings}

    def step(self, dt: float) -> None:
        """Move the mains and count the energy."""
        self._frequency.step(dt)
        for phase in self.phases:
            phase.step(dt)

    def controls(self) -> Mapping[str, Control]:
        """The load of the supply."""
        return {"load": number("mean active power, W", self._load, lambda: self.power, low=0)}

    def _load(self, power: float) -> None:
        for phase in self.phases:
            phase.feed(power / PHASES)

    @property
    def frequency(self) -> float:
        """Mains frequency, Hz."""
        return self._frequency.value

    @property
    def power(self) -> float:
        """Active power of all phases, W."""
        return self._sum(lambda phase: phase.power)

    @property
    def energy(self) -> float:
        """Imported active energy, kWh; nothing is ever exported."""
        return self._sum(lambda phase: phase.energy)

    def _sum(self, of: Callable[[Phase], float]) -> float:
        return sum(of(phase) for phase in self.phases)

    def _input_points(self) -> list[Point]:
        return [*self._phase_points(), *self._system_points()]

    def _phase_points(self) -> list[Point]:
        rows: list[tuple[int, str, Callable[[Phase], float]]] = [
            (0x00, "voltage_l", lambda phase: phase.voltage),
            (0x06, "current_l", lambda phase: phase.current),
            (0x0C, "power_l", lambda phase: phase.power),
            (0x12, "", lambda phase: phase.apparent),
            (0x18, "", lambda phase: phase.reactive),
            (0x1E, "", lambda phase: phase.factor),
            (0x24, "", lambda phase: phase.angle),
            (0x15A, "", lambda phase: phase.energy),
            (0x166, "", lambda phase: phase.energy),
        ]
        return [
            _parameter(start + 2 * i, lambda of=of, i=i: of(self.phases[i]), name, i + 1)
            for start, name, of in rows
            for i in range(PHASES)
        ]

    def _system_points(self) -> list[Point]:
        total = self._sum
        return [
            _parameter(0x2A, lambda: total(lambda phase: phase.voltage) / PHASES),
            _parameter(0x2E, lambda: total(lambda phase: phase.current) / PHASES),
            _parameter(0x30, lambda: total(lambda phase: phase.current)),
            _parameter(0x34, lambda: self.power, "power_total"),
            _parameter(0x38, lambda: total(lambda phase: phase.apparent)),
            _parameter(0x3C, lambda: total(lambda phase: phase.reactive)),
            _parameter(0x3E, lambda: self.power / total(lambda phase: phase.apparent)),
            _parameter(0x42, lambda: total(lambda phase: phase.angle) / PHASES),
            _parameter(0x46, lambda: self.frequency, "frequency"),
            _parameter(0x48, lambda: self.energy, "energy_import"),
            _parameter(0x4C, lambda: total(lambda phase: phase.reactive_energy)),
            _parameter(0x156, lambda: self.energy, "energy_total"),
            _parameter(0x158, lambda: total(lambda phase: phase.reactive_energy)),
        ]

    def _holding_points(self) -> list[Point]:
        return [
            *(self._setting(address) for address in self._settings),
            Point(0xFC00, 2, lambda: uint32(self._serial_number)),
            Point(0xFC02, 1, lambda: uint16(0x0070)),
            Point(0xFC03, 1, lambda: uint16(0x0130)),
        ]

    def _setting(self, address: int) -> Point:
        def write(words: Sequence[int]) -> None:
            value: float = struct.unpack(">f", struct.pack(">HH", *words))[0]
            wrong = address == DEMAND_PERIOD and value not in DEMAND_PERIODS
            if wrong or not math.isfinite(value):
                raise ModbusRefusal(ILLEGAL_VALUE)
            self._settings[address] = value

        return Point(address, 2, lambda: float32(self._settings[address]), write=write)


def _parameter(
    address: int, of: Callable[[], float], name: str = "", number: int | None = None
) -> Point:
    channel = f"{name}{number}" if name and number else name
    return Point(address, 2, lambda: float32(of()), channel)
