"""Alicat mass-flow controller, ASCII over RS-232 or RS-485.

Sources: Alicat, "MC Series User Manual", pages 40 and 43 (polling "A", streaming "A@=@",
stopped by "@@=A", AW91 interval, AS set point, A with 64000 for full scale, AHP, AHC, AC, AG,
A??D*, A??M*, AL, AU); "Standard Devices User Manual" (January 2023), page 32 (the same with
"A@ @", "@@ A", NCS, VE); "IM" manual, page 10 (default interval 50 ms; no unit ID in streaming
mode; a totalizer between set point and gas); EtherNet/IP manual, page 7 (what TOV, VOV, MOV, POV,
OVR, HLD, ADC, EXH, OPL, TMF mean). Captures of real MC-500SCCM-D units in the fixtures of the
public alicatlib (widths: "A +014.62 +021.89 +000.00 +000.00 +078.95     N2", answers to LS, LV,
VE, DV, ??D*, ??M*, "?" to what is refused). The public driver numat/alicat was read for registers
46 (gas) and 122 (control point). From memory: how registers are echoed ("A   122 = 37").
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.alicat_panel import CHANNELS, Panel
from simulators.devices.alicat_tables import GASES, frame_table, maker_table
from simulators.devices.gas_flow import GasFlow
from simulators.dialogue import Reply, TextDevice

STREAM_ID = "@"
SLOWEST_STREAM = 10_000
FULL_SCALE_COUNTS = 64_000
GAS_REGISTER, STREAM_REGISTER, LOOP_REGISTER = 46, 91, 122
LOOPS = (36, 37)
"""Statistics the loop can control: volumetric and mass flow."""
REJECTED = "?"
NUMBER = r"-?\d+\.?\d*"

Action: TypeAlias = Callable[[re.Match[str]], str | None]
"""What a command does: the answer, None for the data frame."""


class Options(DeviceOptions):
    """``address`` is the unit ID; ``full_scale`` and flows are in ``flow_unit``."""

    address: str = Field(default="A", pattern=r"^[A-Z]$")
    full_scale: float = Field(default=20.0, gt=0, lt=10_000)
    flow_unit: str = Field(default="SLPM", pattern=r"^[A-Z0-9]{2,6}$")
    setpoint: float = Field(default=2.0, ge=0)
    gas: str = Field(default="Air", pattern=f"^({'|'.join(map(re.escape, GASES))})$")
    totalizer: bool = False
    serial_number: str = "122161"


class AlicatMc(TextDevice):
    """A controller in a line of gas."""

    model: ClassVar[str] = "alicat-mc"
    description: ClassVar[str] = "Alicat mass-flow controller (ASCII)"
    channels: ClassVar[tuple[str, ...]] = CHANNELS
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "no-supply": "the gas supply is shut: the flow goes to zero",
        "overflow": "the valve is stuck open: MOV and VOV",
        "overpressure": "the pressure in the line is beyond the sensor: POV",
        "overheated": "the gas is hotter than the sensor can tell: TOV",
        "adc-error": "the converter has failed: ADC",
    }
    turnaround = 0.005

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.line = GasFlow(random, options.full_scale, min(options.setpoint, options.full_scale))
        self.panel = Panel(self.line, options.flow_unit, totalizer=options.totalizer)
        self.panel.gas = GASES.index(options.gas)
        self._id = options.address
        self._serial_number = options.serial_number
        self._interval = 0.05
        self._loop = LOOPS[-1]
        self._next: float | None = None
        self._commands = self._table()

    @property
    def address(self) -> str:
        """The unit ID."""
        return self._id

    def step(self, dt: float) -> None:
        """Let the gas flow."""
        self.line.step(dt, closed=self.happening("no-supply"), stuck=self.happening("overflow"))

    def state(self) -> dict[str, Value]:
        """What the display shows."""
        return self.panel.frame(self._troubles())[1]

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        line, panel = self.line, self.panel
        words = f"set point, {panel.unit}"
        return {
            "setpoint": number(
                words, self._set, lambda: line.setpoint, low=0, high=line.full_scale
            ),
            "lock": switch("the lock of the display", self._turn_key, lambda: panel.locked),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer what begins with the unit ID, whatever the case of letters; "?" if refused."""
        text = line.strip().upper()
        if self.talking:
            return self._stop(text, line)
        if not text.startswith(self._id):
            return None
        answer = self._answer(text[1:].removeprefix("$$"))
        if answer is None:
            return self._told(line)
        return Reply(answer.encode("latin-1") + b"\r", line) if answer else None

    @property
    def talking(self) -> bool:
        """True in streaming mode."""
        return self._next is not None

    def emit(self) -> Reply | None:
        """Send the next line of a stream: a data frame without the unit ID."""
        if self._next is None or self.elapsed < self._next:
            return None
        self._next = max(self._next + self._interval, self.elapsed - 2 * self._interval)
        text, values = self.panel.frame(self._troubles())
        return Reply(text.encode("latin-1") + b"\r", STREAM_ID, values)

    def _troubles(self) -> set[str]:
        return {event for event in self.events if self.happening(event)}

    def _told(self, line: str) -> Reply:
        text, values = self.panel.frame(self._troubles())
        return Reply(f"{self._id} {text}\r".encode("latin-1"), line, values)

    def _stop(self, text: str, line: str) -> Reply | None:
        """The one thing a unit takes while it streams: a new unit ID."""
        match = re.fullmatch(r"@@[= ]?\s*([A-Z])", text)
        if match is None:
            return None
        self._id, self._next = match[1], None
        return self._told(line)

    def _answer(self, command: str) -> str | None:
        """What a command is answered with; None: the data frame, empty: nothing."""
        for pattern, action in self._commands:
            if match := pattern.fullmatch(command):
                return action(match)
        return REJECTED

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        table: dict[str, Action] = {
            r"|V|P|PC|TP": lambda _: None,  # polled, or tared: the flow is shown as it is anyhow
            r"@[= ]?\s*([A-Z@])": lambda match: self._rename(match[1]),
            rf"S\s*=?\s*({NUMBER})": lambda match: self._change(float(match[1])),
            r"(\d{1,9})": lambda match: self._change(self._counted(int(match[1]))),
            rf"LS(?:\s+({NUMBER})(?:\s+\d+)?)?": self._setpoint,
            r"(GS?)\s*(\d{0,3})": self._choose_gas,
            r"([LU])": lambda match: self._lock(locked=match[1] == "L"),
            r"(HC|HP?|C)": lambda match: self._hold(match[1]),
            r"T": lambda _: self._reset_total(),
            r"VE": lambda _: f"{self._id}   10v20.0-R24 Jan  9 2025,15:04:07",
            r"LV": lambda _: f"{self._id} {self._loop}",
            r"LSS": lambda _: f"{self._id} S",
            r"R(\d{1,5})": lambda match: self._register(int(match[1])),
            r"W(\d{1,5})\s*=\s*(\d{1,9})": lambda match: self._store(int(match[1]), int(match[2])),
            r"NCS\s+(\d{1,9})": lambda match: self._store(STREAM_REGISTER, int(match[1])),
            r"NCS": lambda _: self._register(STREAM_REGISTER),
            r"DV\s+0*[1-9]\d*((?:\s+\d+)+)": lambda match: self._statistics(match[1]),
            r"\?\?([DMG])(\*|\d{1,3})": lambda match: self._tell_about(match[1], match[2]),
        }
        return [(re.compile(pattern), action) for pattern, action in table.items()]

    def _rename(self, name: str) -> str | None:
        if name == STREAM_ID:
            self._next = self.elapsed
            return ""
        self._id = name
        return None

    def _lock(self, *, locked: bool) -> None:
        self.panel.locked = locked

    def _turn_key(self, locked: bool) -> None:  # noqa: FBT001 - a switch is its position
        self._lock(locked=locked)

    def _hold(self, how: str) -> None:
        self.line.held = {"C": None, "HC": 0.0}.get(how, self.line.flow)

    def _reset_total(self) -> None:
        self.line.total = 0.0

    def _set(self, value: float) -> None:
        self.line.setpoint = value

    def _counted(self, counts: int) -> float:
        return counts / FULL_SCALE_COUNTS * self.line.full_scale

    def _change(self, value: float) -> str | None:
        if not 0 <= value <= self.line.full_scale:
            return REJECTED
        self._set(value)
        return None

    def _setpoint(self, match: re.Match[str]) -> str:
        if match[1] and self._change(float(match[1])):
            return REJECTED
        now = self.panel.number(self.line.setpoint)
        code = 7 if self.panel.unit == "SLPM" else 12
        return f"{self._id} {now} {now} {code} {self.panel.unit}"

    def _choose_gas(self, match: re.Match[str]) -> str | None:
        if match[2] and not self._put(GAS_REGISTER, int(match[2])):
            return REJECTED
        gas = GASES[self.panel.gas]
        return f"{self._id} {self.panel.gas} {gas} {gas}" if match[1] == "GS" else None

    def _register(self, register: int) -> str:
        known = {
            GAS_REGISTER: self.panel.gas,
            STREAM_REGISTER: round(self._interval * 1000),
            LOOP_REGISTER: self._loop,
        }
        if register not in known:
            return REJECTED
        return f"{self._id}   {register:03d} = {known[register]}"

    def _store(self, register: int, value: int) -> str:
        return self._register(register) if self._put(register, value) else REJECTED

    def _put(self, register: int, value: int) -> bool:
        if register == GAS_REGISTER and value < len(GASES):
            self.panel.gas = value
        elif register == STREAM_REGISTER and 0 < value <= SLOWEST_STREAM:
            self._interval = value / 1000
        elif register == LOOP_REGISTER and value in LOOPS:
            self._loop = value
        else:
            return False
        return True

    def _tell_about(self, which: str, item: str) -> str:
        panel = self.panel
        tables = {
            "D": frame_table(panel.decimals, panel.unit, totalizer=panel.totalizer),
            "M": maker_table(f"MC-{self.line.full_scale:g}{panel.unit}-D", self._serial_number),
            "G": [f" G{i:02d}      {name}" for i, name in enumerate(GASES)],
        }
        rows = tables[which]
        if item == "*":
            return "\r".join(self._id + row for row in rows)
        return self._id + rows[int(item)] if int(item) < len(rows) else REJECTED

    def _statistics(self, codes: str) -> str:
        return self.panel.statistics(codes.split(), self._troubles())
