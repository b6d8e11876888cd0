"""JULABO refrigerated and heating circulator, text over RS-232 or RS-485.

Sources: JULABO manuals, chapters "Communication with a PC" and "List of commands": LC 6 page 46,
Magnum 91 page 66, F33-SD page 34, FPW50-HL page 87 and SL-26 page 82 (in_pv, in_sp, in_mode,
in_hil and their out commands; "out_sp_00 55.5", "in_sp_00" answered "55.5"; with RS-485 the
address stands in front, "A032_in_sp_00" answered "A032_55.5"; "the time gap between two commands
should be at least 250 ms", after the answer to an in command 10 ms; out commands are valid in
remote control only); FL1201 page 26, CF40 page 31 and MAGIO MX page 91 (status 00 to 03, errors
-01 to -13). Answers end in CR LF, the temperature unit in_sp_06 is 0 for Celsius, a sensor that is
not connected is "---.--", and the words of ``version``: github.com/Dennis-van-Gils/
python-dvg-devices, tested at an FP51-SL (the manuals name LF alone). Defaults 4800 7E1. From
memory: that an error stands until it has been asked for once.

The manuals do not say what becomes of a command that comes too early. By default it is taken, and
counted in ``early``; with ``strict`` it is lost.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.bath import Bath
from simulators.dialogue import Reply, TextDevice

AFTER_OUT = 0.25
AFTER_IN = 0.01
"""Seconds the master has to wait after an out command, and after the answer to an in command."""
LOWEST, HIGHEST = -51.0, 200.0
NOT_CONNECTED = "---.--"
VERSION = "JULABO HIGHTECH FL HL/SL VERSION 4.0"
LOW_LEVEL = "-01 LOW LEVEL ALARM"
HIGH_WARNING = "-03 EXCESS TEMPERATURE WARNING"
LOW_WARNING = "-04 LOW TEMPERATURE WARNING"
SENSOR_ALARM = "-05 WORKING SENSOR ALARM"
INVALID = "-08 INVALID COMMAND"
NOT_ALLOWED = "-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE"
TOO_SMALL = "-10 VALUE TOO SMALL"
TOO_LARGE = "-11 VALUE TOO LARGE"
BEYOND_LIMITS = "-13 VALUE EXCEEDS TEMPERATURE LIMITS"
CHANNELS = {
    "IN_PV_00": "temperature",
    "IN_SP_00": "setpoint",
    "IN_PV_02": "external_temperature",
    "IN_PV_01": "power",
    "STATUS": "status",
}


class Options(DeviceOptions):
    """``setpoint`` in Cel; ``address`` for RS-485, None: RS-232.

    ``remote`` false is operation by the keys, where out commands are refused.
    ``external_sensor`` says whether one is connected; ``strict`` loses commands that come early.
    """

    setpoint: float = Field(default=37.0, ge=LOWEST, le=HIGHEST)
    running: bool = True
    remote: bool = True
    external_sensor: bool = True
    address: int | None = Field(default=None, ge=1, le=127)
    strict: bool = False


class JulaboCirculator(TextDevice):
    """A circulator with its bath and a vessel in the loop."""

    model: ClassVar[str] = "julabo-circulator"
    description: ClassVar[str] = "JULABO refrigerated and heating circulator (text)"
    channels: ClassVar[tuple[str, ...]] = tuple(CHANNELS.values())
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "low-level": "too little liquid: -01 LOW LEVEL ALARM, the circulator stops",
        "sensor-break": "the working sensor is broken: -05, no temperature, the circulator stops",
        "external-sensor-break": "the external Pt100 has come off: ---.--",
    }
    turnaround = 0.01

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.bath = Bath(random, options.setpoint)
        self.remote = options.remote
        self.early = 0
        """How many commands came before the time the manual gives."""
        self._started = options.running
        self._setpoints = [options.setpoint, 25.0, 25.0]
        self._selected = 0
        self._limits = {"03": HIGHEST + 5, "04": LOWEST - 5}
        self._kept = {"OUT_SP_07": "2", "OUT_MODE_02": "0", "OUT_MODE_04": "0"}
        self._address = "" if options.address is None else f"A{options.address:03d}_"
        self._external = options.external_sensor
        self._strict = options.strict
        self._ready = 0.0
        self._error = ""

    @property
    def address(self) -> str:
        """What stands in front of a command on RS-485; empty for RS-232."""
        return self._address

    @property
    def running(self) -> bool:
        """Whether it tempers."""
        return self._started and not self._alarm

    def step(self, dt: float) -> None:
        """Temper the bath."""
        self.bath.runs = self.running
        self.bath.setpoint = self._setpoints[self._selected]
        self.bath.step(dt)

    def state(self) -> dict[str, Value]:
        """What in_pv_00, in_sp_00, in_pv_02, in_pv_01 and status would tell."""
        return {
            "temperature": None if self.happening("sensor-break") else self.bath.temperature,
            "setpoint": self._setpoints[0],
            "external_temperature": self.bath.vessel if self._connected else None,
            "power": self.bath.power,
            "status": self._standing,
        }

    def controls(self) -> Mapping[str, Control]:
        """The keys."""
        return {
            "setpoint": number(
                "set point 1, Cel",
                self._turn,
                lambda: self._setpoints[0],
                low=LOWEST,
                high=HIGHEST,
            ),
            "start": switch("start and stop", self._start, lambda: self._started),
            "remote": switch("operation by the interface", self._release, lambda: self.remote),
        }

    def hears(self, line: str) -> bool:
        """Count a command that comes too early; a strict circulator misses it."""
        early = self.elapsed < self._ready
        self.early += early
        if early and self._strict:
            return False
        out = "OUT_" in line.upper()
        self._ready = self.elapsed + (AFTER_OUT if out else AFTER_IN)
        return True

    def ask(self, line: str) -> Reply | None:
        """Answer an in command; out commands, and what is none, get no answer."""
        command = line.strip().upper()
        if self._address:
            if not command.startswith(self._address):
                return None
            command = command.removeprefix(self._address)
        if not command:
            return None
        if match := re.fullmatch(r"(OUT_\w+)\s+(\S+)", command):
            self._error = self._take(match[1], match[2])
            return None
        answer = self._tell(command)
        if answer is None:
            self._error = INVALID
            return None
        values: dict[str, Value] = {}
        if command == "STATUS":
            values["status"] = answer
        elif channel := CHANNELS.get(command):
            values[channel] = None if answer == NOT_CONNECTED else float(answer)
        return Reply(f"{self._address}{answer}\r\n".encode("latin-1"), line, values)

    @property
    def _connected(self) -> bool:
        return self._external and not self.happening("external-sensor-break")

    @property
    def _alarm(self) -> str:
        if self.happening("low-level"):
            return LOW_LEVEL
        return SENSOR_ALARM if self.happening("sensor-break") else ""

    @property
    def _warning(self) -> str:
        if self.bath.temperature > self._limits["03"]:
            return HIGH_WARNING
        return LOW_WARNING if self.bath.temperature < self._limits["04"] else ""

    def _turn(self, setpoint: float) -> None:
        self._setpoints[0] = setpoint

    def _start(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        self._started = on

    def _release(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        self.remote = on

    # What it tells.

    def _tell(self, command: str) -> str | None:
        told = {**self._process(), **self._settings()}.get(command)
        if command == "STATUS":
            return self._status()
        return told() if told else None

    def _status(self) -> str:
        standing, self._error = self._standing, ""
        return standing

    @property
    def _standing(self) -> str:
        mode = 2 * self.remote + self.running
        modes = ("00 MANUAL STOP", "01 MANUAL START", "02 REMOTE STOP", "03 REMOTE START")
        return self._alarm or self._warning or self._error or modes[mode]

    def _process(self) -> dict[str, Callable[[], str]]:
        bath = self.bath
        broken = self.happening("sensor-break")
        return {
            "VERSION": lambda: VERSION,
            "IN_PV_00": lambda: NOT_CONNECTED if broken else _number(bath.temperature),
            "IN_PV_01": lambda: f"{bath.power:.0f}",
            "IN_PV_02": lambda: _number(bath.vessel) if self._connected else NOT_CONNECTED,
            "IN_PV_03": lambda: _number(bath.temperature + 0.3),
            "IN_PV_04": lambda: _number(HIGHEST + 10),
        }

    def _settings(self) -> dict[str, Callable[[], str]]:
        return {
            "IN_SP_00": lambda: _number(self._setpoints[0]),
            "IN_SP_01": lambda: _number(self._setpoints[1]),
            "IN_SP_02": lambda: _number(self._setpoints[2]),
            "IN_SP_03": lambda: _number(self._limits["03"]),
            "IN_SP_04": lambda: _number(self._limits["04"]),
            "IN_SP_06": lambda: "0",
            "IN_SP_07": lambda: self._kept["OUT_SP_07"],
            "IN_MODE_01": lambda: str(self._selected),
            "IN_MODE_02": lambda: self._kept["OUT_MODE_02"],
            "IN_MODE_04": lambda: self._kept["OUT_MODE_04"],
            "IN_MODE_05": lambda: str(int(self.running)),
            "IN_HIL_00": lambda: "-100",
            "IN_HIL_01": lambda: "100",
        }

    # What it takes: each returns the error, empty when there is none.

    def _take(self, name: str, text: str) -> str:
        taker = self._takers().get(name)
        value = _parsed(text)
        if taker is None or value is None:
            return INVALID
        return taker(value) if self.remote else NOT_ALLOWED

    def _takers(self) -> dict[str, Callable[[float], str]]:
        return {
            "OUT_SP_00": lambda value: self._take_setpoint(0, value),
            "OUT_SP_01": lambda value: self._take_setpoint(1, value),
            "OUT_SP_02": lambda value: self._take_setpoint(2, value),
            "OUT_SP_03": lambda value: self._take_limit("03", value),
            "OUT_SP_04": lambda value: self._take_limit("04", value),
            "OUT_SP_07": lambda value: self._keep("OUT_SP_07", value, 1, 4),
            "OUT_MODE_01": self._select,
            "OUT_MODE_02": lambda value: self._keep("OUT_MODE_02", value, 0, 2),
            "OUT_MODE_04": lambda value: self._keep("OUT_MODE_04", value, 0, 1),
            "OUT_MODE_05": self._take_start,
        }

    def _take_setpoint(self, index: int, value: float) -> str:
        if error := _outside(value, LOWEST, HIGHEST):
            return error
        if not self._limits["04"] <= value <= self._limits["03"]:
            return BEYOND_LIMITS
        self._setpoints[index] = value
        return ""

    def _take_limit(self, which: str, value: float) -> str:
        error = _outside(value, LOWEST - 5, HIGHEST + 5)
        if not error:
            self._limits[which] = value
        return error

    def _keep(self, name: str, value: float, low: int, high: int) -> str:
        error = _outside(value, low, high)
        if not error:
            self._kept[name] = f"{value:.0f}"
        return error

    def _select(self, value: float) -> str:
        error = _outside(value, 0, 2)
        if not error:
            self._selected = int(value)
        return error

    def _take_start(self, value: float) -> str:
        error = _outside(value, 0, 1)
        if not error:
            self._started = value == 1
        return error


def _number(temperature: float) -> str:
    return f"{temperature:.2f}"


def _parsed(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[-+]?\d{1,6}(\.\d*)?", text, re.ASCII) else None


def _outside(value: float, low: float, high: float) -> str:
    if value < low:
        return TOO_SMALL
    return TOO_LARGE if value > high else ""
