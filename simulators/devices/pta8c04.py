"""PTA8C04: RS-485 module for four Pt100 sensors (eletechsup and others).

Sources: lamaPLC wiki, page "pta8c04_pt100_modbus_modul" (function 03, 06, 16; holding 0-3
temperature in 0.1 degC, 32-35 resistance in 0.1 ohm, 64-67 and 96-99 corrections, 250-255
settings; 182 means 18.2 degC); checked against a published dump of the sister module PTA8D08
(0-7 temperature, 32-39 resistance, both times ten; linearised as IEC 60751).

An open sensor has no documented code. Two users published what their modules say: a PTA8C04
"[212, 64597, 64598, 64597]", that is -93.9 degC on the three open inputs, and a PTA8D08
about 97.7 degC and 137.6 ohm. This simulator follows the former, being the same model;
``open_code`` makes it one of the modules that send a fixed code (-32768) instead.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.noise import Wander
from simulators.registers import (
    ILLEGAL_VALUE,
    READ_HOLDING,
    WRITE_MANY,
    WRITE_ONE,
    Bank,
    Encoded,
    ModbusDevice,
    ModbusRefusal,
    Point,
    int16,
    signed,
    uint16,
)

INPUTS = 4
OPEN_TEMPERATURE = -93.9
ADDRESSES = (range(4), range(32, 36), range(64, 68), range(96, 100), range(250, 256))
HIDDEN = 0xFFFF
"""What registers read that can only be written."""
LONGEST_DELAY = 1000
A, B, C = 3.9083e-3, -5.775e-7, -4.183e-12
"""Callendar-Van Dusen coefficients of IEC 60751."""


def pt100(temperature: float) -> float:
    """Resistance in ohm of a Pt100 at a temperature in degrees Celsius (IEC 60751)."""
    below = C * (temperature - 100) * temperature**3 if temperature < 0 else 0.0
    return 100 * (1 + A * temperature + B * temperature**2 + below)


class Options(DeviceOptions):
    """``temperatures`` are the means of the four sensors, ``drift`` their drift a day, degC."""

    temperatures: tuple[float, float, float, float] = (23.4, 37.0, 4.2, 85.0)
    drift: float = 0.05
    open_code: int | None = Field(default=None, ge=-0x8000, le=0x7FFF)


class Pta8c04(ModbusDevice):
    """Four thermometers that wander and drift; each may break."""

    model: ClassVar[str] = "pta8c04"
    description: ClassVar[str] = "PTA8C04 four-channel Pt100 module (Modbus, int16 x 0.1)"
    channels: ClassVar[tuple[str, ...]] = ("t1", "t2", "t3", "t4", "r1", "r2", "r3", "r4")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "a Pt100 is open (channel t1 to t4, or all)"
    }
    turnaround = 0.005

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self._sensors = [
            Wander(random, mean, 0.1 + 0.004 * abs(mean), 90) for mean in options.temperatures
        ]
        self._drift = options.drift / 86400
        self._open_code = options.open_code
        self._corrections = [0.0] * INPUTS
        self._registers = Bank(self._points(), ADDRESSES)
        self.readable = {READ_HOLDING: self._registers}
        self.writable = {WRITE_ONE: self._registers, WRITE_MANY: self._registers}

    def step(self, dt: float) -> None:
        """Let the four temperatures wander and the sensors drift."""
        for sensor in self._sensors:
            sensor.step(dt)
            sensor.mean += self._drift * dt

    def controls(self) -> Mapping[str, Control]:
        """What the four sensors are put into."""
        return {
            f"t{i + 1}": number(
                f"mean temperature at sensor {i + 1}, Cel",
                sensor.tend,
                lambda sensor=sensor: sensor.mean,
                low=-200,
                high=850,
            )
            for i, sensor in enumerate(self._sensors)
        }

    def broken(self, index: int) -> bool:
        """True while sensor ``index`` (from 0) is open."""
        return self.happening("sensor-break", f"t{index + 1}")

    def temperature(self, index: int) -> float:
        """What the module makes of sensor ``index``, degrees Celsius."""
        true = OPEN_TEMPERATURE if self.broken(index) else self._sensors[index].value
        return true + self._corrections[index]

    def _temperature(self, index: int) -> Encoded:
        if self._open_code is not None and self.broken(index):
            return int16(self._open_code / 10, 1)
        return int16(self.temperature(index), 1)

    def _resistance(self, index: int) -> Encoded:
        return int16(pt100(self.temperature(index)), 1)

    def _points(self) -> list[Point]:
        points: list[Point] = []
        for i in range(INPUTS):
            points += [
                Point(i, 1, lambda i=i: self._temperature(i), f"t{i + 1}"),
                Point(32 + i, 1, lambda i=i: self._resistance(i), f"r{i + 1}"),
                Point(64 + i, 1, _hidden, write=lambda words, i=i: self._correct(i, words)),
                Point(96 + i, 1, _hidden, write=_ignore),
            ]
        return points + self._settings()

    def _settings(self) -> list[Point]:
        def constant(value: int) -> Callable[[], Encoded]:
            return lambda: uint16(value)

        return [
            Point(250, 1, constant(0)),
            Point(251, 1, constant(0)),
            Point(252, 1, lambda: uint16(round(self.turnaround * 1000)), write=self._delay),
            Point(253, 1, _hidden, write=_ignore),
            Point(254, 1, constant(3), write=_ignore),
            Point(255, 1, constant(0), write=_ignore),
        ]

    def _correct(self, index: int, words: Sequence[int]) -> None:
        self._corrections[index] = signed(words[0]) / 10

    def _delay(self, words: Sequence[int]) -> None:
        if words[0] > LONGEST_DELAY:
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.turnaround = words[0] / 1000


def _hidden() -> Encoded:
    return uint16(HIDDEN)


def _ignore(words: Sequence[int]) -> None:
    """Take a setting that would only act after the module has been switched off and on."""
    del words
