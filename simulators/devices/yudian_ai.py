"""Yudian AI series temperature controller with a furnace, on its AIBUS protocol.

Sources: Xiamen Yudian, "AIBUS communication protocol" V7.0 (a copy for the AI-518P is
doc/Temprature/AIBUS-Temperature.md in github.com/dad56125-gif/zahnerflow: frames, checksums,
alarm bits 0 to 4, silence for a damaged request, replies within 150 ms); "Yudian communication
protocol V8.x" of October 2011 (scribd.com document 749585808: parameters 00h to 11h, and 0Ch
says how many decimals PV has, plus 128 when it has one more than is displayed);
github.com/WH15958/Heat, src/protocols, after V9.3 (model codes at 15h, 7FFFh for a parameter
that is not there, alarm bits 5 and 6 for the outputs AL1 and AL2). Checked against two recorded
replies in public code: "6C 01 72 01 18 60 72 01 69 64" (parameter 0 of an instrument that has
1Bh for run and stop) and "3B 33 E8 03 00 51 E8 03 0C 8C" (parameter 1 of an AI-518P).

The sources disagree on the bits 5 and 6: V7 has event outputs and "MV is status byte B" there.
This is an instrument of V8 or later. That the bits are set while AL1 and AL2 do not act is
concluded from the recorded reply. From memory: parameters above 11h other than 15h, 16h and
1Bh, and that a value out of range is not taken while the reply tells the old one.
"""

import struct
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

import msgspec
from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.furnace import Furnace
from simulators.frames import FrameDevice, FrameReply

REQUEST = struct.Struct("<BBBBHH")
"""Address twice, command, parameter, value, checksum."""
READ, WRITE = 0x52, 0x43
ADDRESS = 0x80
"""Is added to the address, 0 to 80, to tell it from other bytes."""
LAST_ADDRESS = 80
NO_PARAMETER = 0x7FFF
DECIMALS = 1
BROKEN_PV = 1311.5
"""What PV is while the input is out of range: the recorded reply of an AI-518P."""
HIAL, LOAL, DHAL, DLAL, ORAL, AL1, AL2 = (1 << bit for bit in range(7))
OUTPUT_LIMIT = 110
NEVER = 3200.0
"""A limit that no temperature reaches: the alarm is off."""

Read = Callable[[], float]
Write = Callable[[int], None]


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: what it holds, and what writing does; ``channel`` where it is one."""

    read: Read
    write: Write | None = None
    channel: str = ""


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``rate`` limits how fast SV follows, degrees a second; ``model_code`` is parameter 15h.
    """

    setpoints: tuple[float, ...] = Field(default=(200.0, 350.0, 120.0), min_length=1)
    dwell: float = Field(default=60.0, gt=0)
    rate: float = Field(default=8.0, ge=0)
    alarm_high: float = Field(default=380.0, ge=-999, le=NEVER)
    alarm_low: float = Field(default=-50.0, ge=-999, le=NEVER)
    setpoint_high: float = Field(default=1200.0, gt=0, le=3000)
    model_code: int = Field(default=0x5180, ge=0x5000, le=0xFFFF)


class YudianAi(FrameDevice):
    """A controller and its furnace; the thermocouple may break."""

    model: ClassVar[str] = "yudian-ai"
    description: ClassVar[str] = "Yudian AI-518 temperature controller with a furnace (AIBUS)"
    channels: ClassVar[tuple[str, ...]] = (
        "temperature",
        "setpoint",
        "output",
        "alarm",
        "alarm_high",
        "alarm_low",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the thermocouple is open: the alarm orAL, PV at the end of the range"
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.furnace = Furnace(random, options.setpoints, options.dwell, options.rate)
        self.alarm_high = options.alarm_high
        self.alarm_low = options.alarm_low
        self.stopped = False
        self._highest = options.setpoint_high
        self._settings = {0x03: 32000, 0x04: 32000, 0x05: 20, 0x06: 1, 0x0B: 0, 0x14: 0, 0x17: 1}
        self._parameters = self._table(options.model_code)

    @classmethod
    def find(cls, data: bytes) -> tuple[int, int] | None:
        """The first eight bytes that are a request with a right checksum."""
        for start in range(len(data) - REQUEST.size + 1):
            first, second, command, code, value, check = REQUEST.unpack_from(data, start)
            address = first - ADDRESS
            if first != second or not 0 <= address <= LAST_ADDRESS:
                continue
            if command in (READ, WRITE) and _word(code * 256 + command + value + address) == check:
                return start, start + REQUEST.size
        return None

    def take(self, frame: bytes, unit: int) -> FrameReply | None:
        """Answer a request to this address; both kinds have the same reply."""
        first, _, command, code, value, _ = REQUEST.unpack(frame)
        if first - ADDRESS != unit:
            return None
        parameter = self._parameters.get(code)
        if command == WRITE and parameter is not None and parameter.write is not None:
            parameter.write(_signed(value))
        words = "write" if command == WRITE else "read"
        return self._reply(unit, parameter, f"{words} parameter 0x{code:02x}")

    def step(self, dt: float) -> None:
        """Heat, cool and control; a broken sensor and a stop cut the power."""
        self.furnace.step(dt, driven=not (self.broken or self.stopped))

    @property
    def broken(self) -> bool:
        """True while the thermocouple is open."""
        return self.happening("sensor-break")

    @property
    def temperature(self) -> float | None:
        """The process value, degrees Celsius; none while the sensor is open."""
        return None if self.broken else round(self.furnace.measured, DECIMALS)

    @property
    def setpoint(self) -> float:
        """The set point now in force, degrees Celsius."""
        return round(self.furnace.working, DECIMALS)

    @property
    def output(self) -> int:
        """MV in per cent."""
        return max(-OUTPUT_LIMIT, min(OUTPUT_LIMIT, round(self.furnace.output)))

    @property
    def alarm(self) -> int:
        """The alarm byte."""
        measured = BROKEN_PV if self.temperature is None else self.temperature
        deviation = measured - self.setpoint
        high = measured > self.alarm_high
        low = measured < self.alarm_low
        return (
            HIAL * high
            | LOAL * low
            | DHAL * (deviation > self._settings[0x03] / 10)
            | DLAL * (-deviation > self._settings[0x04] / 10)
            | ORAL * self.broken
            | AL1 * (not high)
            | AL2 * (not low)
        )

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        furnace = self.furnace
        return {
            "setpoint": number(
                "target set point, Cel",
                furnace.hold,
                lambda: furnace.target,
                low=0,
                high=self._highest,
            ),
            "stopped": switch("no regulation", self._stop, lambda: self.stopped),
        }

    def _stop(self, stopped: bool) -> None:  # noqa: FBT001 - a switch is its position
        self.stopped = stopped

    def _reply(self, unit: int, parameter: Parameter | None, request: str) -> FrameReply:
        temperature = self.temperature
        pv = _tenths(BROKEN_PV if temperature is None else temperature)
        sv, mv, alarm = _tenths(self.setpoint), self.output, self.alarm
        value = NO_PARAMETER if parameter is None else round(parameter.read())
        check = _word(pv + sv + alarm * 256 + (mv & 0xFF) + value + unit)
        data = struct.pack("<hhbBHH", pv, sv, mv, alarm, _word(value), check)
        told: dict[str, Value] = {
            "temperature": temperature,
            "setpoint": self.setpoint,
            "output": mv,
            "alarm": alarm,
        }
        if parameter is not None and parameter.channel:
            told[parameter.channel] = _signed(_word(value)) / 10
        return FrameReply(data, request, told)

    def _table(self, model_code: int) -> dict[int, Parameter]:
        table = {code: self._setting(code) for code in self._settings}
        table |= {
            0x00: Parameter(lambda: _tenths(self.furnace.target), self._hold),
            0x01: Parameter(lambda: _tenths(self.alarm_high), self._set_high, "alarm_high"),
            0x02: Parameter(lambda: _tenths(self.alarm_low), self._set_low, "alarm_low"),
            0x0C: Parameter(lambda: DECIMALS),
            0x12: Parameter(lambda: 0),
            0x13: Parameter(lambda: 100),
            0x15: Parameter(lambda: model_code),
            0x1B: Parameter(lambda: int(self.stopped), self._run_or_stop),
            0x1E: Parameter(lambda: 0),
            0x1F: Parameter(lambda: _tenths(self._highest)),
        }
        return table

    def _setting(self, code: int) -> Parameter:
        def write(value: int) -> None:
            self._settings[code] = value

        return Parameter(lambda: self._settings[code], write)

    def _hold(self, value: int) -> None:
        if 0 <= value <= _tenths(self._highest):
            self.furnace.hold(value / 10)

    def _set_high(self, value: int) -> None:
        self.alarm_high = value / 10

    def _set_low(self, value: int) -> None:
        self.alarm_low = value / 10

    def _run_or_stop(self, value: int) -> None:
        if value in (0, 1):
            self.stopped = bool(value)


def _word(value: int) -> int:
    return value & 0xFFFF


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def _tenths(value: float) -> int:
    return max(-0x8000, min(0x7FFE, round(value * 10**DECIMALS)))
