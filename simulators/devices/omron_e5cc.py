"""Omron E5CC temperature controller, on a furnace.

Sources: Omron, "E5@C Digital Temperature Controllers Communications Manual" H175, page 4-8 (1 to
106 registers a request), page 4-5 (error codes 01 function, 02 address, 03 data, 04 operation:
writing is off or not allowed now), page 4-13 (operation commands: command code and related
information, 00 communications writing, 01 run and stop, 09 automatic and manual), page 5-8
(four-byte and two-byte addresses: 0D28h and 2D14h);
"E5AN/E5EN/E5CN/E5GN Communications Manual", page 6-20 (bits of the status: 2 A/D converter error,
6 input error, 8 heating output, 24 stop, 25 communications writing, 26 manual); a register map of
the University of Amsterdam for the E5_C (2000h PV, 2002h internal set point, 2004h MV, 2103h SP,
2406h status, 2410h decimal point, 2C00h input type, each in the unit's decimals).

An address of four-byte mode is that of two-byte mode with the low byte doubled and 20h taken from
the high one: 0106h and 2103h are both SP. A set point that is written here takes effect with
communications writing on, which ``communications_writing`` says at first (the factory's is off).
Assumed: 2001h is the low word of the status, 2407h the high one; PV reads the upper limit of the
input range plus a tenth of the span while the input is in error; operation commands go to address
0000h or FFFFh.
"""

import struct
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

import msgspec
from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.furnace import Furnace
from simulators.registers import (
    READ_HOLDING,
    WRITE_MANY,
    WRITE_ONE,
    Bank,
    Encoded,
    ModbusDevice,
    Point,
    Words,
    demand,
    int16,
    int32,
    uint16,
)

OPERATION_ERROR = 4
MOST_REGISTERS = 106
TWO_BYTE = 0x2000
COMMANDS = (0x0000, 0xFFFF)
WRITING, RUN_STOP, AUTO_MANUAL = 0x00, 0x01, 0x09
AD_CONVERTER_ERROR, INPUT_ERROR, HEATING = 1 << 2, 1 << 6, 1 << 8
STOPPED, WRITING_ON, IN_MANUAL = 1 << 24, 1 << 25, 1 << 26
ADDRESSES = (range(0x0A), range(0x0106, 0x0114), range(0x0420, 0x0422), range(TWO_BYTE, 0x4000))
TYPE_K = {0: (5, -200.0, 1300.0), 1: (6, -20.0, 500.0)}
"""Input type and range of a type K thermocouple, without and with a decimal."""


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``decimals`` chooses the input type: K in whole degrees, or in tenths.
    """

    setpoints: tuple[float, ...] = Field(default=(120.0, 200.0, 80.0), min_length=1)
    dwell: float = Field(default=90.0, gt=0)
    decimals: int = Field(default=1, ge=0, le=1)
    communications_writing: bool = True


class Parameter(msgspec.Struct, frozen=True):
    """A parameter by its two-byte address, and the decimals it is sent with."""

    address: int
    of: Callable[[], float]
    decimals: int = 0
    channel: str = ""
    write: Callable[[float], None] | None = None

    @property
    def short(self) -> Point:
        """The parameter in two-byte mode: one register, clipped to it."""
        take = None if self.write is None else self._take
        return Point(self.address, 1, lambda: int16(self.of(), self.decimals), self.channel, take)

    @property
    def long(self) -> Point:
        """The parameter in four-byte mode: two registers, high word first."""
        place = (self.address - TWO_BYTE) & 0xFF00 | (self.address & 0xFF) * 2
        take = None if self.write is None else self._take
        return Point(place, 2, lambda: int32(self.of(), self.decimals), self.channel, take)

    def _take(self, words: Words) -> None:
        number = int.from_bytes(struct.pack(f">{len(words)}H", *words), "big", signed=True)
        if self.write is not None:
            self.write(number / 10**self.decimals)


class OmronE5cc(ModbusDevice):
    """A controller and its furnace; the thermocouple may break."""

    model: ClassVar[str] = "omron-e5cc"
    description: ClassVar[str] = "Omron E5CC temperature controller with a furnace (Modbus)"
    channels: ClassVar[tuple[str, ...]] = ("temperature", "setpoint", "output")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the thermocouple is open: input error, status bit 6",
        "converter-error": "the analogue to digital converter fails: status bit 2",
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.furnace = Furnace(random, options.setpoints, options.dwell, 0.0)
        self._decimals = options.decimals
        self._type, self._low, self._high = TYPE_K[options.decimals]
        self._writing = options.communications_writing
        self._stopped = False
        shorts = [each.short for each in self._parameters()]
        longs = [each.long for each in self._parameters()]
        commands = [
            Point(address, 1, lambda: uint16(0), write=self._command) for address in COMMANDS
        ]
        reading = [*shorts, *longs, *self._status_points()]
        self.readable = {READ_HOLDING: Bank(reading, ADDRESSES, limit=MOST_REGISTERS)}
        self.writable = {
            WRITE_ONE: Bank([*shorts, *commands], ADDRESSES),
            WRITE_MANY: Bank([*shorts, *longs], ADDRESSES),
        }

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        furnace = self.furnace
        return {
            "setpoint": number(
                "set point, Cel",
                furnace.hold,
                lambda: furnace.target,
                low=self._low,
                high=self._high,
            )
        }

    @property
    def broken(self) -> bool:
        """True while the input cannot be measured."""
        return self.happening("sensor-break") or self.happening("converter-error")

    @property
    def temperature(self) -> float:
        """The process value, degrees Celsius; beyond the range while the input is in error."""
        return self._high + 0.1 * (self._high - self._low) if self.broken else self.furnace.measured

    @property
    def status(self) -> int:
        """The 32 bits of the status."""
        return (
            INPUT_ERROR * self.happening("sensor-break")
            | AD_CONVERTER_ERROR * self.happening("converter-error")
            | HEATING * (self.furnace.output > 0)
            | STOPPED * self._stopped
            | WRITING_ON * self._writing
            | IN_MANUAL * self.furnace.manual
        )

    def step(self, dt: float) -> None:
        """Heat, cool and control; an input error or STOP cuts the power."""
        self.furnace.step(dt, driven=not self.broken and not self._stopped)

    def _parameters(self) -> tuple[Parameter, ...]:
        furnace, decimals = self.furnace, self._decimals
        return (
            Parameter(0x2000, lambda: self.temperature, decimals, "temperature"),
            Parameter(0x2002, lambda: furnace.working, decimals),
            Parameter(0x2004, lambda: furnace.output, 1, "output"),
            Parameter(0x2103, lambda: furnace.target, decimals, "setpoint", self._set_target),
            Parameter(0x2410, lambda: decimals),
            Parameter(0x2C00, lambda: self._type),
        )

    def _status_points(self) -> list[Point]:
        low, high = lambda: uint16(self.status), lambda: uint16(self.status >> 16)
        long = lambda: Encoded((*high().words, *low().words), self.status)  # noqa: E731
        return [
            Point(0x2001, 1, low),
            Point(0x2406, 1, low),
            Point(0x2407, 1, high),
            Point(0x0002, 2, long),
        ]

    def _set_target(self, celsius: float) -> None:
        demand(self._writing, OPERATION_ERROR)
        demand(self._low <= celsius <= self._high)
        self.furnace.hold(celsius)

    def _command(self, words: Words) -> None:
        command, information = words[0] >> 8, words[0] & 0xFF
        demand(command in (WRITING, RUN_STOP, AUTO_MANUAL) and information in (0, 1))
        demand(self._writing or command == WRITING, OPERATION_ERROR)
        if command == WRITING:
            self._writing = bool(information)
        elif command == RUN_STOP:
            self._stopped = bool(information)
        else:
            self.furnace.manual = bool(information)
