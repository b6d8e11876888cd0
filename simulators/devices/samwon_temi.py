"""Samwontech TEMI880 temperature and humidity controller on a chamber, PC-LINK with checksum.

Sources: Samwontech, "TEMI880" manual, 4th edition (Jan. 29. 2007), pages 92 to 100: the frame
(STX, address, command, comma, data, sum, CR LF), the commands AMI, RSD, RRD, WSD, WRD, STD and
CLD with up to 32 registers, the frame of an error without a comma, "01RRD,02,0001,0002B2" answered
"01RRD,OK,01F4,012C18" for a PV of 50.0 and an SP of 30.0, "01WSD,02,0102,01F4,0320C4" for the
set points of fixed running D0102 and D0103, and the groups of registers with what can be written;
the sum is used with protocol PCL1 only. "TEMI 770" manual, 2nd edition (Sep. 1. 2003), part III,
page 9: temperature PV D0001 and SP D0002, humidity PV D0005 and SP D0006. "TEMP2000 Series"
communication manual, page 10: the error codes 01, 02, 04, 08, 11, 12. "TEMP1000 Series", page 17:
the answer to AMI. From memory: that a broken sensor is shown as the upper end of its range. Not
simulated: programs, and registers beside these, which read 0 and keep what is written.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.chamber import Chamber
from simulators.dialogue import Reply, TextDevice

STX = "\x02"
MOST = 32
"""Registers of one command."""
GROUPS = (range(1, 1100), range(1300, 2100))
PROCESS = range(1, 100)
READ_ONLY = (PROCESS, range(700, 800), range(1300, 1600), range(1700, 2100))
PV, SP, WET_PV, WET_SP, FIX_SP, FIX_WET_SP = 1, 2, 5, 6, 102, 103
CHANNELS = {
    PV: "temperature",
    SP: "temperature_setpoint",
    WET_PV: "humidity",
    WET_SP: "humidity_setpoint",
}
LOWEST, HIGHEST = -100.0, 200.0
BAD_COMMAND, BAD_REGISTER, BAD_DATA, BAD_FORMAT = "01", "02", "04", "08"
BAD_SUM, NO_MONITOR = "11", "12"

Command: TypeAlias = Callable[[list[str], dict[str, Value]], list[str]]
"""Takes the fields behind its name; answers those behind OK, or raises Refusal."""


class Refusal(Exception):  # noqa: N818 - NG is its word
    """The error code a command is answered with."""


class Options(DeviceOptions):
    """``checksum`` true is protocol PCL1, false PCL0. Set points in Cel and %."""

    address: int = Field(default=1, ge=1, le=99)
    checksum: bool = True
    temperature: float = Field(default=50.0, ge=LOWEST, le=HIGHEST)
    humidity: float = Field(default=60.0, ge=0, le=100)
    name: str = Field(default="TEMI880", pattern=r"^[!-~]{1,9}$")


class SamwonTemi(TextDevice):
    """A controller and its chamber; several share a line by address."""

    model: ClassVar[str] = "samwon-temi"
    description: ClassVar[str] = "Samwontech TEMI880 chamber controller (PC-LINK+SUM)"
    channels: ClassVar[tuple[str, ...]] = tuple(CHANNELS.values())
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the dry bulb sensor is open: PV is at the upper end of its range",
        "door-open": "the door is open: the air of the room comes in",
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, [options.temperature], 1e12, options.humidity)
        self.checksummed = options.checksum
        self._address = f"{options.address:02d}"
        self._name = options.name
        self._kept: dict[int, int] = {}
        self._monitored: list[int] | None = None
        self._commands: dict[str, Command] = {
            "AMI": self._introduce,
            "RSD": self._read_series,
            "RRD": self._read_some,
            "WSD": self._write_series,
            "WRD": self._write_some,
            "STD": self._register,
            "CLD": self._call,
        }

    @property
    def address(self) -> str:
        """Two digits."""
        return self._address

    @property
    def temperature(self) -> float:
        """What the controller shows, Cel."""
        return HIGHEST if self.happening("sensor-break") else self.chamber.temperature

    def step(self, dt: float) -> None:
        """Heat, cool and wet the air."""
        self.chamber.door_open = self.happening("door-open")
        self.chamber.runs = not self.happening("sensor-break")
        self.chamber.step(dt)

    def state(self) -> dict[str, Value]:
        """What its process registers tell."""
        return {name: _number(self._read(register)) for register, name in CHANNELS.items()}

    def controls(self) -> Mapping[str, Control]:
        """The panel."""
        chamber = self.chamber
        return {
            "temperature_setpoint": number(
                "set point of temperature, Cel",
                chamber.hold,
                lambda: chamber.temperature_setpoint,
                low=LOWEST,
                high=HIGHEST,
            ),
            "humidity_setpoint": number(
                "set point of humidity, %",
                self._turn_humidity,
                lambda: chamber.humidity_setpoint,
                low=0,
                high=100,
            ),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer a frame with this address, NG when it is wrong; all others get silence."""
        _, start, body = line.rpartition(STX)
        if not start or body[:2] != self._address:
            return None
        values: dict[str, Value] = {}
        try:
            text = self._obey(self._without_sum(body), values)
        except Refusal as refusal:
            text = f"NG{refusal}"
        return self._frame(f"{self._address}{text}", line.replace(STX, ""), values)

    def _without_sum(self, body: str) -> str:
        if not self.checksummed:
            return body[2:]
        if len(body) < 4 or body[-2:] != _sum(body[:-2]):  # noqa: PLR2004 - address and sum
            raise Refusal(BAD_SUM)
        return body[2:-2]

    def _obey(self, text: str, values: dict[str, Value]) -> str:
        name, *fields = text.split(",")
        command = self._commands.get(name)
        if command is None:
            raise Refusal(BAD_COMMAND)
        return ",".join([name, "OK", *command(fields, values)])

    def _frame(self, body: str, request: str, values: dict[str, Value]) -> Reply:
        if not self.checksummed:
            return Reply(f"{STX}{body}\r\n".encode("latin-1"), request, values)
        text = f"{STX}{body}{_sum(body)}"
        return Reply(f"{text}\r\n".encode("latin-1"), request, values, checksum=len(text) - 1)

    # Commands.

    def _introduce(self, fields: list[str], _: dict[str, Value]) -> list[str]:
        if fields:
            raise Refusal(BAD_FORMAT)
        return [f"{self._name:<9}  V00 R00"]

    def _read_series(self, fields: list[str], values: dict[str, Value]) -> list[str]:
        count, (first,) = _counted(fields, lambda _: 1)
        return self._tell([_register(first) + i for i in range(count)], values)

    def _read_some(self, fields: list[str], values: dict[str, Value]) -> list[str]:
        _, names = _counted(fields, lambda count: count)
        return self._tell([_register(each) for each in names], values)

    def _write_series(self, fields: list[str], _: dict[str, Value]) -> list[str]:
        count, (first, *data) = _counted(fields, lambda count: count + 1)
        start = _register(first)
        return self._store([(start + i, _word(data[i])) for i in range(count)])

    def _write_some(self, fields: list[str], _: dict[str, Value]) -> list[str]:
        count, pairs = _counted(fields, lambda count: 2 * count)
        return self._store(
            [(_register(pairs[2 * i]), _word(pairs[2 * i + 1])) for i in range(count)]
        )

    def _register(self, fields: list[str], values: dict[str, Value]) -> list[str]:
        del values
        _, names = _counted(fields, lambda count: count)
        registers = [_register(each) for each in names]
        _demand(registers)
        self._monitored = registers
        return []

    def _call(self, fields: list[str], values: dict[str, Value]) -> list[str]:
        if fields:
            raise Refusal(BAD_FORMAT)
        if self._monitored is None:
            raise Refusal(NO_MONITOR)
        return self._tell(self._monitored, values)

    # Registers.

    def _tell(self, registers: list[int], values: dict[str, Value]) -> list[str]:
        _demand(registers)
        words = [self._read(register) for register in registers]
        for register, word in zip(registers, words, strict=True):
            if channel := CHANNELS.get(register):
                values[channel] = _number(word)
        return [f"{word:04X}" for word in words]

    def _read(self, register: int) -> int:
        chamber = self.chamber
        numbers = {
            PV: self.temperature,
            SP: chamber.temperature_setpoint,
            WET_PV: chamber.humidity,
            WET_SP: chamber.humidity_setpoint or 0.0,
        }
        numbers |= {FIX_SP: numbers[SP], FIX_WET_SP: numbers[WET_SP]}
        if register in numbers:
            return round(10 * numbers[register]) & 0xFFFF
        return self._kept.get(register, 0)

    def _store(self, pairs: list[tuple[int, int]]) -> list[str]:
        """All or nothing."""
        _demand([register for register, _ in pairs])
        if any(register in group for register, _ in pairs for group in READ_ONLY):
            raise Refusal(BAD_REGISTER)
        wanted = {register: _number(word) for register, word in pairs}
        if not LOWEST <= wanted.get(FIX_SP, 0.0) <= HIGHEST:
            raise Refusal(BAD_DATA)
        if not 0 <= wanted.get(FIX_WET_SP, 0.0) <= 100:  # noqa: PLR2004 - per cent
            raise Refusal(BAD_DATA)
        self._kept |= dict(pairs)
        if FIX_SP in wanted:
            self.chamber.hold(wanted[FIX_SP])
        if FIX_WET_SP in wanted:
            self._turn_humidity(wanted[FIX_WET_SP])
        return []

    def _turn_humidity(self, humidity: float) -> None:
        self.chamber.humidity_setpoint = humidity


def _sum(text: str) -> str:
    return f"{sum(text.encode('latin-1')) % 256:02X}"


def _number(word: int) -> float:
    return (word - 0x10000 if word & 0x8000 else word) / 10


def _counted(fields: list[str], expected: Callable[[int], int]) -> tuple[int, list[str]]:
    """The count in front, and the fields behind it: as many as belong to the count."""
    if not fields or not re.fullmatch(r"\d\d", fields[0], re.ASCII):
        raise Refusal(BAD_FORMAT)
    count = int(fields[0])
    if not 1 <= count <= MOST or len(fields) - 1 != expected(count):
        raise Refusal(BAD_FORMAT)
    return count, fields[1:]


def _register(text: str) -> int:
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise Refusal(BAD_REGISTER)
    return int(text)


def _word(text: str) -> int:
    if not re.fullmatch(r"[0-9A-F]{4}", text):
        raise Refusal(BAD_DATA)
    return int(text, 16)


def _demand(registers: list[int]) -> None:
    if not all(any(register in group for group in GROUPS) for register in registers):
        raise Refusal(BAD_REGISTER)
