"""Yokogawa WT310E power meter on Modbus/TCP, one element on a mains supply.

Sources: Yokogawa, "WT310E/WT310EH/WT332E/WT333E Communication Interface User's Manual", IM
WT310-17EN, page 9-2 (functions 03 for hold registers 1 to 10, 04 for input registers 1 to 3008, at
most 125 at once, 06 for one hold register; requests carry the relative number, 0064h for register
101), page 9-3 (groups of registers: 1 to 12 status, 101 to 194 element 1, 2001 to 2510 the items
of :NUMeric[:NORMal]:ITEM<x>, 3001 to 3008 the display; what is reserved is not to be used) and page
9-7 (items 1 to 9 are U1, I1, P1, S1, Q1, lambda1, phi1, fU1, fI1 by default, 10 to 255 none; upper
two bytes of the float first; display A is U1 by default). From 101 on: U1 comes first (9-2).

Not in what was found of those pages: how a value that does not exist is sent. It is assumed as in
IEEE 754, which the ASCII replies suggest (NAN, INF): NaN without a signal and for items that are
none, infinity over range.
"""

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.mains import Phase
from simulators.noise import Wander
from simulators.registers import (
    READ_HOLDING,
    READ_INPUT,
    WRITE_ONE,
    Bank,
    Encoded,
    ModbusDevice,
    Point,
    Words,
    demand,
    float32,
    uint16,
)

ELEMENT, ITEMS, DISPLAY = 0x64, 0x7D0, 0xBB8
MOST_ITEMS = 255
INPUTS = (range(3008),)
HOLDINGS = (range(10),)


class Options(DeviceOptions):
    """``load`` is the mean active power in W, ``voltage`` the mean voltage."""

    load: float = Field(default=420.0, gt=0)
    voltage: float = Field(default=230.0, gt=0, le=600)


class YokogawaWt310e(ModbusDevice):
    """One element; its input may be over range or without a signal."""

    model: ClassVar[str] = "yokogawa-wt310e"
    description: ClassVar[str] = "Yokogawa WT310E power meter (Modbus TCP, float32)"
    channels: ClassVar[tuple[str, ...]] = (
        "voltage",
        "current",
        "power",
        "apparent_power",
        "reactive_power",
        "power_factor",
        "phase",
        "voltage_frequency",
        "current_frequency",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "over-range": "the current is beyond the range: infinity, and what is calculated from it",
        "no-signal": "no voltage: frequency, power factor and phase cannot be had (NaN)",
    }
    turnaround = 0.004

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.phase = Phase(random, options.voltage, options.load, 0.0)
        self._frequency = Wander(random, 50.0, 0.01, 30)
        self._hold = [0] * 10
        inputs = Bank(self._points(), INPUTS)
        holdings = Bank([self._hold_point(i) for i in range(10)], HOLDINGS)
        self.readable = {READ_INPUT: inputs, READ_HOLDING: holdings}
        self.writable = {WRITE_ONE: holdings}

    def controls(self) -> Mapping[str, Control]:
        """The load that is measured."""
        phase = self.phase
        return {"load": number("mean active power, W", phase.feed, lambda: phase.power, low=0)}

    def step(self, dt: float) -> None:
        """Move the mains."""
        self._frequency.step(dt)
        self.phase.step(dt)

    @property
    def values(self) -> dict[str, float]:
        """What is measured, by channel, in the order of the items."""
        phase, frequency = self.phase, self._frequency.value
        found = {
            "voltage": phase.voltage,
            "current": phase.current,
            "power": phase.power,
            "apparent_power": phase.apparent,
            "reactive_power": phase.reactive,
            "power_factor": phase.factor,
            "phase": phase.angle,
            "voltage_frequency": frequency,
            "current_frequency": frequency,
        }
        if self.happening("over-range"):
            lost = ("current", "power", "apparent_power", "reactive_power")
            found |= dict.fromkeys(lost, math.inf)
            found |= dict.fromkeys(("power_factor", "phase"), math.nan)
        if self.happening("no-signal"):
            found |= dict.fromkeys(self.channels[:5], 0.0)
            found |= dict.fromkeys(self.channels[5:], math.nan)
        return found

    def _points(self) -> list[Point]:
        items = [
            _number(ITEMS + 2 * i, lambda name=name: self.values[name], name)
            for i, name in enumerate(self.channels)
        ]
        none = [
            _number(ITEMS + 2 * i, lambda: math.nan) for i in range(len(self.channels), MOST_ITEMS)
        ]
        shown = [_number(place, lambda: self.values["voltage"]) for place in (ELEMENT, DISPLAY)]
        return [*items, *none, *shown]

    def _hold_point(self, index: int) -> Point:
        def write(words: Words) -> None:
            demand(words[0] in (0, 1))
            self._hold[index] = words[0]

        return Point(index, 1, lambda: uint16(self._hold[index]), write=write)


def _number(address: int, of: Callable[[], float], channel: str = "") -> Point:
    return Point(address, 2, lambda: _encoded(of()), channel)


def _encoded(value: float) -> Encoded:
    """A float, and what it tells: nothing, where it is none."""
    encoded = float32(value)
    return encoded if math.isfinite(value) else Encoded(encoded.words, None)
