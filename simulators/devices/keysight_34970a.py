"""HP, Agilent, Keysight 34970A data acquisition unit with a 34901A multiplexer in slot 100.

Sources: Agilent, "34970A/34972A User's Guide": page 73 (channel lists "(@101:103,110)"; what is
invalid inside a range is ignored, its ends have to be valid), page 228 (ROUTe:SCAN, "ROUT:SCAN?"
answers "#214(@101,102,103)", an empty list "#13(@)", ROUTe:SCAN:SIZE?, TRIGger:SOURce), page 233
(numbers like "+2.61920000E+01"), page 235 (DATA:POINts?, DATA:REMove?) and pages 104 and 118
(FORMat:READing: ALARm, CHANnel, TIME, UNIT; CONFigure and MEASure? turn them off). "34980A
Mainframe User's Guide", page 123: "2.61950000E+01 C,000000000.017,1003,2" with all of them on.
"HEWLETT-PACKARD,34970A,0,13-2-2" and "+0," in front of "No error": published drivers. From memory:
+9.90000000E+37 for an overload and an open thermocouple, the texts of errors, SYSTem:CTYPe?.
RS-232 9600 8N1 with XON/XOFF, which is not simulated: nothing sent fills a buffer.

As it is switched on channels 101 and 102 are thermocouples, 103 measures volts, and all three are
in the scan list; ``scan`` and ``*RST`` choose another or none.
"""

import re
from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.scan import CHANNELS, FIELDS, OVERLOAD, Reading, block, channel_list
from simulators.devices.scpi_device import (
    ILLEGAL,
    MISSING,
    OUT_OF_RANGE,
    STALE,
    Action,
    ScpiDevice,
)
from simulators.noise import Wander

SETTLING = 0.02
"""Seconds a channel takes: relay, and one power line cycle."""
MOST_SWEEPS = 50_000
TEMPERATURE, VOLTAGE, RESISTANCE = "TEMP", "VOLT", "RES"
UNITS = {TEMPERATURE: "C", VOLTAGE: "VDC", RESISTANCE: "OHM"}
KINDS = {"TEMPerature": TEMPERATURE, "VOLTage[:DC]": VOLTAGE, "RESistance": RESISTANCE}
NO_LIST = '+305,"Not able to perform requested operation; empty scan list"'


class Options(DeviceOptions):
    """``scan`` is the scan list at switch-on; the sources are in Cel and V."""

    temperature: float = 23.5
    voltage: float = Field(default=1.25, ge=-300, le=300)
    scan: tuple[int, ...] = (101, 102, 103)
    serial_number: str = Field(default="0", pattern=r"^[0-9A-Za-z]{1,12}$")


class Keysight34970a(ScpiDevice):
    """Thermocouples and a voltage on a multiplexer."""

    model: ClassVar[str] = "keysight-34970a"
    description: ClassVar[str] = "HP, Agilent, Keysight 34970A data acquisition unit (SCPI)"
    channels: ClassVar[tuple[str, ...]] = ("ch101", "ch102", "ch103")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overload": "the input of the channel exceeds its range: +9.90000000E+37",
        "sensor-break": "the thermocouple of the channel is open: +9.90000000E+37",
    }
    turnaround = 0.01
    defaults: ClassVar[Mapping[str, str]] = {
        **{f"FORMat:READing:{name}": "0" for name in FIELDS},
        "FORMat:READing:TIME:TYPE": "REL",
        "TRIGger:SOURce": "IMM",
        "TRIGger:TIMer": "+1.00000000E+01",
        "ROUTe:CHANnel:DELay": "+0.00000000E+00",
        "[SENSe:]TEMPerature:TRANsducer:TYPE": "TC",
        "[SENSe:]TEMPerature:TRANsducer:TCouple:TYPE": "K",
        "[SENSe:]VOLTage[:DC]:NPLCycles": "+1.00000000E+00",
        "[SENSe:]ZERO:AUTO": "1",
        "INPut:IMPedance:AUTO": "0",
        "UNIT:TEMPerature": "C",
        "DISPlay": "1",
        "DISPlay:TEXT": '""',
    }

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self._serial_number = options.serial_number
        self.sources = {
            channel: Wander(random, options.temperature, 0.4, 90) for channel in CHANNELS
        }
        self.sources[103] = Wander(random, options.voltage, 1e-4 * abs(options.voltage), 60)
        self._chance = Random(random.random())
        self._kinds = dict.fromkeys(CHANNELS, TEMPERATURE) | {103: VOLTAGE}
        self._list = [each for each in options.scan if each in CHANNELS]
        self._sweeps = 1
        self._memory: list[Reading] = []

    def step(self, dt: float) -> None:
        """Let the sources wander."""
        for source in self.sources.values():
            source.step(dt)

    def state(self) -> dict[str, Value]:
        """What channels 101 to 103 are connected to; None where a reading would be no number."""
        return {f"ch{each}": self._true(each) for each in (101, 102, 103)}

    def controls(self) -> Mapping[str, Control]:
        """The sources of the first three channels."""
        return {
            f"ch{channel}": number(
                f"the source of channel {channel}, {unit}",
                self.sources[channel].tend,
                lambda channel=channel: self.sources[channel].mean,
            )
            for channel, unit in ((101, "Cel"), (102, "Cel"), (103, "V"))
        }

    def takes(self, values: Mapping[str, Value]) -> float:
        """Each channel takes its time."""
        return SETTLING * len(self._memory) if values else 0.0

    def reset(self) -> None:
        """*RST: no scan list."""
        super().reset()
        self._list, self._memory, self._sweeps = [], [], 1

    def _true(self, channel: int) -> float | None:
        name = f"ch{channel}"
        if self.happening("overload", name) or self.happening("sensor-break", name):
            return None
        return self.sources[channel].value

    def commands(self) -> Mapping[str, Action]:
        """Scanning, setting up, and the memory."""
        table: dict[str, Action] = {
            "*IDN?": lambda _, __: f"HEWLETT-PACKARD,34970A,{self._serial_number},13-2-2",
            "SYSTem:CTYPe?": self._tell_card,
            "SYSTem:VERSion?": lambda _, __: "1994.0",
            "SYSTem:REMote": lambda _, __: None,
            "SYSTem:RWLock": lambda _, __: None,
            "SYSTem:LOCal": lambda _, __: None,
            "ROUTe:SCAN?": lambda _, __: block(self._list),
            "ROUTe:SCAN": self._choose_list,
            "ROUTe:SCAN:SIZE?": lambda _, __: f"+{len(self._list)}",
            "TRIGger:COUNt?": lambda _, __: f"{self._sweeps:+.8E}",
            "TRIGger:COUNt": self._choose_sweeps,
            "READ?": self._read,
            "INITiate": self._initiate,
            "FETCh?": lambda _, told: self._fetch(told),
            "DATA:POINts?": lambda _, __: f"+{len(self._memory)}",
            "DATA:REMove?": self._remove,
            "DATA:LAST?": self._last,
            "ABORt": lambda _, __: None,
        }
        for header, kind in KINDS.items():
            table[f"CONFigure:{header}"] = lambda text, _, kind=kind: self._configure(kind, text)
            table[f"MEASure:{header}?"] = lambda text, told, kind=kind: self._measure(
                kind, text, told
            )
        return table

    def _tell_card(self, text: str, _: dict[str, Value]) -> str | None:
        if text not in {"100", "200", "300"}:
            return self.complain(ILLEGAL if text else MISSING)
        card = {"100": "34901A"}.get(text, "0")
        return f"HEWLETT-PACKARD,{card},0,1.0"

    # The scan list.

    def _choose_list(self, text: str, _: dict[str, Value]) -> None:
        channels = channel_list(text)
        if channels is None:
            self.complain(ILLEGAL if text else MISSING)
        else:
            self._list, self._memory = channels, []

    def _choose_sweeps(self, text: str, _: dict[str, Value]) -> None:
        if not re.fullmatch(r"\+?\d{1,9}(\.0*)?", text, re.ASCII):
            self.complain(ILLEGAL if text else MISSING)
        elif not 1 <= float(text) <= MOST_SWEEPS:
            self.complain(OUT_OF_RANGE)
        else:
            self._sweeps = int(float(text))

    def _configure(self, kind: str, text: str) -> None:
        self._set_up(kind, text)

    def _set_up(self, kind: str, text: str) -> bool:
        """Make channels the scan list; the fields of readings are turned off. False: refused."""
        channels = channel_list(text[text.find("(@") :]) if "(@" in text else None
        if not channels:
            self.complain(ILLEGAL if text else MISSING)
            return False
        self._kinds |= dict.fromkeys(channels, kind)
        self._list, self._memory, self._sweeps = channels, [], 1
        self._settings |= {f"FORMat:READing:{name}": "0" for name in FIELDS}
        return True

    # Readings.

    def _measure(self, kind: str, text: str, told: dict[str, Value]) -> str | None:
        return self._read("", told) if self._set_up(kind, text) else None

    def _scan(self) -> bool:
        if not self._list:
            self.complain(NO_LIST)
            return False
        channels = self._list * self._sweeps
        self._memory = [self._reading(each, i * SETTLING) for i, each in enumerate(channels)]
        return True

    def _reading(self, channel: int, time: float) -> Reading:
        kind = self._kinds[channel]
        true = self._true(channel)
        noise = self._chance.gauss(0, 1e-6 if kind == VOLTAGE else 0.004)
        value = OVERLOAD if true is None else true + noise
        return Reading(channel, value, UNITS[kind], time)

    def _read(self, _: str, told: dict[str, Value]) -> str | None:
        return self._fetch(told) if self._scan() else None

    def _initiate(self, _: str, __: dict[str, Value]) -> None:
        self._scan()

    def _fetch(self, told: dict[str, Value]) -> str | None:
        if not self._memory:
            return self.complain(STALE)
        return self._tell(self._memory, told)

    def _remove(self, text: str, told: dict[str, Value]) -> str | None:
        count = int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else 0
        if not 1 <= count <= len(self._memory):
            return self.complain(OUT_OF_RANGE if text else MISSING)
        taken, self._memory = self._memory[:count], self._memory[count:]
        return self._tell(taken, told)

    def _last(self, text: str, told: dict[str, Value]) -> str | None:
        channels = channel_list(text) or []
        found = [each for each in self._memory if each.channel in channels[:1]]
        return self._tell(found[-1:], told) if found else self.complain(STALE)

    def _tell(self, readings: list[Reading], told: dict[str, Value]) -> str:
        for each in readings:
            if (name := f"ch{each.channel}") in type(self).channels:
                told[name] = None if each.value == OVERLOAD else float(each.text)
        on = {name for name in FIELDS if self.setting(f"FORMat:READing:{name}") == "1"}
        return ",".join(each.written(on) for each in readings)
