"""HP, Agilent, Keysight 34401A multimeter, SCPI over RS-232.

Sources: HP, "34401A User's Guide": page 151 (a message has to end in new line; the answer is to be
read before more is sent) and page 159 (output formats: SD.DDDDDDDDESDD, over RS-232 with CR and
new line, booleans as 0 and 1); commands and their parameters as in pymeasure, hp34401A.py, which
drives real ones; "HEWLETT-PACKARD,34401A,..." in Agilent, "Truevolt Series Operating and Service
Guide", page 156. Short and long headers: SCPI 1999. From memory of the guide: +9.90000000E+37 for
an overload, the texts of the errors beside -113, the answer to CONF?, twenty errors in the queue,
error 550 and which commands it concerns, and the defaults 9600 baud, even parity, 7 bits, 2 stop
bits.

"SYSTem:REMote" has to be sent over RS-232 before anything is measured or set up. A meter that is
``strict`` refuses it otherwise (550, "Command not allowed in local"); by default it is taken.
"""

import re
from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.scpi_device import (
    ILLEGAL,
    OUT_OF_RANGE,
    STALE,
    UNDEFINED,
    Action,
    ScpiDevice,
)
from simulators.noise import Wander

OVERLOAD = 9.9e37
MEASURING = 0.1
"""Seconds a reading takes at 10 power line cycles without autozero, about."""
MOST_SAMPLES = 50_000
LOCAL_ERROR = '550,"Command not allowed in local"'
FREE = re.compile(r"\*|:?SYST", re.IGNORECASE)
"""What a meter in local mode takes."""
FUNCTIONS = {
    "VOLTage[:DC]": ("VOLT", 10.0),
    "VOLTage[:DC]:RATio": ("VOLT:RAT", 10.0),
    "VOLTage:AC": ("VOLT:AC", 10.0),
    "CURRent[:DC]": ("CURR", 1.0),
    "CURRent:AC": ("CURR:AC", 1.0),
    "RESistance": ("RES", 1000.0),
    "FRESistance": ("FRES", 1000.0),
    "FREQuency": ("FREQ", 1.0),
    "PERiod": ("PER", 1.0),
    "CONTinuity": ("CONT", 1000.0),
    "DIODe": ("DIOD", 1.0),
}
"""Header, short name and default range of what it measures."""
OTHERS = {
    "VOLT:RAT": 0.5,
    "VOLT:AC": 0.0012,
    "CURR": 1.05e-6,
    "CURR:AC": 2.1e-6,
    "RES": 996.4,
    "FRES": 995.9,
    "FREQ": 50.01,
    "PER": 0.019996,
    "CONT": 996.4,
    "DIOD": 0.6123,
}
"""What it reads of other functions, on the same terminals."""


class Options(DeviceOptions):
    """``voltage`` is the source the meter is connected to, V; ``strict`` insists on SYST:REM."""

    voltage: float = Field(default=5.0, ge=-1000, le=1000)
    strict: bool = False
    serial_number: str = Field(default="0", pattern=r"^[0-9A-Za-z]{1,12}$")


class Keysight34401a(ScpiDevice):
    """A multimeter on a source that wanders with the room's temperature."""

    model: ClassVar[str] = "keysight-34401a"
    description: ClassVar[str] = "HP, Agilent, Keysight 34401A multimeter (SCPI)"
    channels: ClassVar[tuple[str, ...]] = ("voltage",)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overload": "the input exceeds the range: readings are +9.90000000E+37"
    }
    turnaround = 0.01
    defaults: ClassVar[Mapping[str, str]] = {
        "[SENSe:]DETector:BANDwidth": "+2.00000000E+01",
        "[SENSe:]ZERO:AUTO": "1",
        "INPut:IMPedance:AUTO": "0",
        "TRIGger:SOURce": "IMM",
        "TRIGger:DELay": "+0.00000000E+00",
        "TRIGger:DELay:AUTO": "1",
        "TRIGger:COUNt": "+1",
        "DISPlay": "1",
        "DISPlay:TEXT": '""',
        "SYSTem:BEEPer:STATe": "1",
        "CALCulate:STATe": "0",
        **{f"[SENSe:]{name}:RANGe:AUTO": "1" for name in FUNCTIONS},
        **{f"[SENSe:]{name}:RANGe": f"{top:+.8E}" for name, (_, top) in FUNCTIONS.items()},
        **{
            f"[SENSe:]{name}:RESolution": f"{3e-6 * top:+.8E}"
            for name, (_, top) in FUNCTIONS.items()
        },
        **{f"[SENSe:]{name}:NPLCycles": "+1.00000000E+01" for name in FUNCTIONS},
        **{f"[SENSe:]{name}:APERture": "+1.00000000E-01" for name in ("FREQuency", "PERiod")},
        "[SENSe:]FREQuency:VOLTage:RANGe": "+1.00000000E+01",
        "[SENSe:]PERiod:VOLTage:RANGe": "+1.00000000E+01",
    }

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        scale = abs(options.voltage) or 1.0
        self.remote = False
        self._source = Wander(random, options.voltage, 1e-4 * scale, 120)
        self._noise = Wander(random, 0.0, 1e-6 * scale, 0.05)
        self._serial_number = options.serial_number
        self._strict = options.strict
        self._chance = Random(random.random())
        """Its own, so that asking does not change the source."""
        self._function = "VOLT"
        self._samples = 1
        self._memory: list[float] = []

    def step(self, dt: float) -> None:
        """Let the source wander."""
        self._source.step(dt)
        self._noise.step(dt)

    @property
    def voltage(self) -> float | None:
        """What is at the terminals, V; None when it exceeds the range."""
        if self.happening("overload"):
            return None
        return self._source.value + self._noise.value

    def controls(self) -> Mapping[str, Control]:
        """The source."""
        return {
            "voltage": number(
                "the source, V", self._source.tend, lambda: self._source.mean, low=-1000, high=1000
            )
        }

    def takes(self, values: Mapping[str, Value]) -> float:
        """A reading takes its time."""
        return MEASURING * self._samples if "voltage" in values else 0.0

    def reset(self) -> None:
        """*RST: dc volts, one sample."""
        super().reset()
        self._function, self._samples, self._memory = "VOLT", 1, []

    def commands(self) -> Mapping[str, Action]:
        """Measuring, setting up, and the interface."""
        table: dict[str, Action] = {
            "*IDN?": lambda _, __: f"HEWLETT-PACKARD,34401A,{self._serial_number},10-5-2",
            "SYSTem:REMote": lambda _, __: self._take_control(remote=True),
            "SYSTem:RWLock": lambda _, __: self._take_control(remote=True),
            "SYSTem:LOCal": lambda _, __: self._take_control(remote=False),
            "SYSTem:VERSion?": lambda _, __: "1991.0",
            "ROUTe:TERMinals?": lambda _, __: "FRON",
            "READ?": self._read,
            "INITiate[:IMMediate]": self._initiate,
            "FETCh?": self._fetch,
            "DATA:POINts?": lambda _, __: f"+{len(self._memory)}",
            "SAMPle:COUNt?": lambda _, __: f"+{self._samples}",
            "SAMPle:COUNt": self._choose_samples,
            "CONFigure?": lambda _, __: self._tell_configuration(),
            "[SENSe:]FUNCtion?": lambda _, __: f'"{self._function}"',
            "[SENSe:]FUNCtion": self._choose_function,
            "ABORt": lambda _, __: None,
        }
        for header, (name, _) in FUNCTIONS.items():
            table[f"CONFigure:{header}"] = lambda _, __, name=name: self._configure(name)
            table[f"MEASure:{header}?"] = lambda _, told, name=name: self._measure(name, told)
        table["MEASure?"] = lambda _, told: self._measure("VOLT", told)
        return table

    def _obey(self, meant: tuple[str, ...], values: dict[str, Value]) -> str | None:
        if self._strict and not self.remote and not FREE.match(meant[0]):
            return self.complain(LOCAL_ERROR)
        return super()._obey(meant, values)

    def _take_control(self, *, remote: bool) -> None:
        self.remote = remote

    # Measuring.

    def _measure(self, function: str, values: dict[str, Value]) -> str:
        self._configure(function)
        return self._read("", values)

    def _configure(self, function: str) -> None:
        self._function, self._samples = function, 1

    def _read(self, _: str, values: dict[str, Value]) -> str:
        self._memory = [self._reading() for _ in range(self._samples)]
        return self._tell(values)

    def _initiate(self, _: str, __: dict[str, Value]) -> None:
        self._memory = [self._reading() for _ in range(self._samples)]

    def _fetch(self, _: str, values: dict[str, Value]) -> str | None:
        return self._tell(values) if self._memory else self.complain(STALE)

    def _tell(self, values: dict[str, Value]) -> str:
        texts = [f"{each:+.8E}" for each in self._memory]
        if self._function == "VOLT":
            last = float(texts[-1])
            values["voltage"] = None if last == OVERLOAD else last
        return ",".join(texts)

    def _reading(self) -> float:
        if self.happening("overload"):
            return OVERLOAD
        if self._function == "VOLT":
            return self._source.value + self._noise.value + self._chance.gauss(0, 1e-6)
        return OTHERS[self._function] * (1 + self._chance.gauss(0, 2e-6))

    def _tell_configuration(self) -> str:
        top = next(top for name, top in FUNCTIONS.values() if name == self._function)
        return f'"{self._function} {top:+.6E},{3e-6 * top:+.6E}"'

    def _choose_function(self, text: str, _: dict[str, Value]) -> None:
        wanted = text.strip("\"'").upper().replace(":DC", "")
        names = [name for name, _ in FUNCTIONS.values()]
        short = re.sub(r"[A-Z]+", lambda match: match[0][:4], wanted)
        short = short.replace("RESI", "RES").replace("RATI", "RAT")
        if (name := next((each for each in names if each in (wanted, short)), "")) == "":
            self.complain(ILLEGAL)
        else:
            self._configure(name)

    def _choose_samples(self, text: str, _: dict[str, Value]) -> None:
        word = {"MIN": "1", "MAX": str(MOST_SAMPLES)}.get(text.upper(), text)
        if not re.fullmatch(r"\+?\d{1,9}(\.0*)?", word, re.ASCII):
            self.complain(UNDEFINED if not text else ILLEGAL)
        elif not 1 <= float(word) <= MOST_SAMPLES:
            self.complain(OUT_OF_RANGE)
        else:
            self._samples = int(float(word))
