"""Eastron SDM120-Modbus: single-phase energy meter.

Sources: domoticx.com, "Modbus - KWh meter - Eastron SDM120" (function 04 reads input registers;
230 V, 45 A, 1000 impulses per kWh); the lamaPLC wiki, page "com:eastron_sdm_230", for the same
parameters of its sister (00h volts, 06h current, 0Ch active, 12h apparent, 18h reactive power, 1Eh
power factor, 24h phase angle, 46h frequency, 48h and 4Ah active, 4Ch and 4Eh reactive energy, 54h
power demand, 102h current demand, 156h total active energy; 32-bit float, big-endian);
github.com/SolarNetwork, wiki "SDM XXX meters" (2400 baud 8N1 from the factory; 1Ch is the baud
rate, written with function 10h as a float, two registers always; the recorded exchange); Eastron
"SDM72D-M User Manual" V1.1, page 15 (settings as floats: 0Ch pulse width, 12h parity and stop, 14h
node, 18h password).

As for the SDM630: exception 2 for a request that begins or ends inside a parameter, 3 for more
than 40 parameters, from the Modbus application protocol. From memory: serial number at FC00h.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.mains import Phase
from simulators.noise import Wander, approach
from simulators.registers import (
    READ_HOLDING,
    READ_INPUT,
    WRITE_MANY,
    Bank,
    ModbusDevice,
    Point,
    Words,
    demand,
    float32,
    to_float,
    uint32,
)

MOST_REGISTERS = 80
INPUTS = (range(0x160),)
HOLDINGS = (range(0x3C), range(0xFC00, 0xFC02))
DEMAND_TIME = 60.0
PULSE_WIDTH, PARITY, NODE, BAUD = 0x0C, 0x12, 0x14, 0x1C
ALLOWED: Mapping[int, tuple[float, ...]] = {
    PULSE_WIDTH: (60.0, 100.0, 200.0),
    PARITY: (0.0, 1.0, 2.0, 3.0),
    NODE: tuple(float(node) for node in range(1, 248)),
    BAUD: (0.0, 1.0, 2.0, 5.0),
}


class Options(DeviceOptions):
    """``load`` is the mean active power in W, ``energy`` what the counter shows at first, kWh."""

    load: float = Field(default=640.0, gt=0)
    energy: float = Field(default=412.6, ge=0)
    serial_number: int = Field(default=18121017, ge=0, lt=2**32)


class EastronSdm120(ModbusDevice):
    """One phase with its load, and counters that integrate the power."""

    model: ClassVar[str] = "eastron-sdm120"
    description: ClassVar[str] = "Eastron SDM120 single-phase energy meter (Modbus, float32)"
    channels: ClassVar[tuple[str, ...]] = (
        "voltage",
        "current",
        "power",
        "apparent_power",
        "reactive_power",
        "power_factor",
        "phase",
        "frequency",
        "energy_import",
        "energy_export",
        "energy_total",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.phase = Phase(random, 230.0, options.load, options.energy)
        self._frequency = Wander(random, 50.0, 0.015, 30)
        self._demand = self._most = options.load
        self._serial_number = options.serial_number
        self._settings = {PULSE_WIDTH: 100.0, PARITY: 0.0, NODE: 1.0, BAUD: 0.0}
        inputs = Bank(self._inputs(), INPUTS, limit=MOST_REGISTERS, whole=True)
        serial = Point(0xFC00, 2, lambda: uint32(self._serial_number))
        settings = [self._setting(address) for address in self._settings]
        holdings = Bank([*settings, serial], HOLDINGS, limit=MOST_REGISTERS)
        self.readable = {READ_INPUT: inputs, READ_HOLDING: holdings}
        self.writable = {WRITE_MANY: holdings}

    def controls(self) -> Mapping[str, Control]:
        """The load of the supply."""
        phase = self.phase
        return {"load": number("mean active power, W", phase.feed, lambda: phase.power, low=0)}

    def step(self, dt: float) -> None:
        """Move the mains, count the energy and follow the demand."""
        self._frequency.step(dt)
        self.phase.step(dt)
        self._demand = approach(self._demand, self.phase.power, dt, DEMAND_TIME)
        self._most = max(self._most, self._demand)

    def _inputs(self) -> list[Point]:
        phase = self.phase
        return [
            _parameter(0x00, lambda: phase.voltage, "voltage"),
            _parameter(0x06, lambda: phase.current, "current"),
            _parameter(0x0C, lambda: phase.power, "power"),
            _parameter(0x12, lambda: phase.apparent, "apparent_power"),
            _parameter(0x18, lambda: phase.reactive, "reactive_power"),
            _parameter(0x1E, lambda: phase.factor, "power_factor"),
            _parameter(0x24, lambda: phase.angle, "phase"),
            _parameter(0x46, lambda: self._frequency.value, "frequency"),
            _parameter(0x48, lambda: phase.energy, "energy_import"),
            _parameter(0x4A, lambda: 0.0, "energy_export"),
            _parameter(0x4C, lambda: phase.reactive_energy),
            _parameter(0x54, lambda: self._demand),
            _parameter(0x56, lambda: self._most),
            _parameter(0x102, lambda: self._demand / phase.voltage / phase.factor),
            _parameter(0x156, lambda: phase.energy, "energy_total"),
            _parameter(0x158, lambda: phase.reactive_energy),
        ]

    def _setting(self, address: int) -> Point:
        def write(words: Words) -> None:
            value = to_float(words)
            demand(value in ALLOWED[address])
            self._settings[address] = value

        return Point(address, 2, lambda: float32(self._settings[address]), write=write)


def _parameter(address: int, of: Callable[[], float], channel: str = "") -> Point:
    return Point(address, 2, lambda: float32(of()), channel)
