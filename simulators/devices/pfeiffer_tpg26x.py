"""Pfeiffer TPG 261/262 gauge controller, mnemonics over RS-232 with ACK and ENQ.

Sources: Pfeiffer Vacuum, operating instructions TPG 261, BG 5195 BEN/A (2011-05): page 67 (spaces
are ignored, ETX clears the input buffer, ENQ repeats the last answer, ENQ without a valid request
sends the ERROR word), page 68 (mnemonic CR [LF], ACK CR LF or NAK CR LF, ENQ), pages 71 and 72
(PRX, COM with 100 ms, 1 s, 1 min; status 0 to 6; logarithmic gauges have two digits that count),
page 75 (RES), pages 76 to 79 (SPx, CAL, FSR, OFC). The bits of the ERROR word and PRn as in the
Inficon VGC50x manual tina96e1-b, page 72, of the same family. PNR, TID with its names of gauges,
and UNI as in PyExpLabSys, drivers/pfeiffer.py; the firmware's number as on page 2 of the TPG 262
instructions BG 805 196. That any character ends the continuous output, and SEN: from memory.
Clients send ENQ bare or as ENQ CR LF; both are taken.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from simulators.controls import Control, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.vacuum import Chamber, Gauge
from simulators.dialogue import Reply, TextDevice

ETX, ENQ, ACK, NAK = "\x03", "\x05", "\x06", "\x15"
END = "\r\n"
OK, UNDER, OVER, SENSOR_ERROR, SENSOR_OFF, NO_SENSOR, UNIDENTIFIED = range(7)
STATUSES = {"ok": OK, "under": UNDER, "over": OVER}
NOTHING = 2e-2
"""What is sent for a gauge that is not there, mbar."""
UNITS = (1.0, 0.750062, 100.0)
"""mbar, Torr, Pa: how many there are in a mbar."""
INTERVALS = (0.1, 1.0, 60.0)
SYNTAX, PARAMETER = "0001", "0010"
NO_ERROR = "0000"
GAUGES = {
    "TPR": Gauge("TPR", 5e-4, 1000.0),
    "PKR": Gauge("PKR", 5e-9, 1000.0, switchable=True),
    "IKR9": Gauge("IKR9", 2e-9, 1e-2, switchable=True),
    "CMR": Gauge("CMR", 1e-4, 11.0),
}
LINEAR = "CMR"
SETTINGS: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "UNI": ((0, 2, 0),),
    "FIL": ((0, 2, 1), (0, 2, 1)),
    "FSR": ((0, 9, 5), (0, 9, 5)),
    "OFC": ((0, 2, 0), (0, 2, 0)),
    "DGS": ((0, 1, 0), (0, 1, 0)),
    "LOC": ((0, 1, 0),),
}
"""Parameters that are integers: lowest, highest and factory value of each."""


class Options(DeviceOptions):
    """The gauges (TPR, PKR, IKR9, CMR), and whether the chamber is pumped and vented by itself."""

    gauge_1: str = "TPR"
    gauge_2: str = "IKR9"
    pumping: bool = True
    cycle: bool = True


class PfeifferTpg26x(TextDevice):
    """A controller with two gauges on a chamber."""

    model: ClassVar[str] = "pfeiffer-tpg26x"
    description: ClassVar[str] = "Pfeiffer TPG 261/262 vacuum gauge controller (mnemonics)"
    channels: ClassVar[tuple[str, ...]] = ("pressure_1", "pressure_2")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-error": "a gauge has failed: status 3",
        "no-sensor": "a gauge is unplugged: status 5",
        "identification-error": "a gauge cannot be identified: status 6",
        "leak": "air leaks into the chamber: the pressure stays in the range of 1e-3 mbar",
    }
    turnaround = 0.01

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, pumping=options.pumping, cycle=options.cycle)
        self._gauges = [GAUGES.get(name) for name in (options.gauge_1, options.gauge_2)]
        self._on = [True, True]
        self._settings = {name: [each[2] for each in spec] for name, spec in SETTINGS.items()}
        self._error = NO_ERROR
        self._wanted: str | None = None
        self._interval = INTERVALS[1]
        self._next: float | None = None
        self._answers = self._table()

    def step(self, dt: float) -> None:
        """Pump."""
        self.chamber.step(dt, leaking=self.happening("leak"))

    def state(self) -> dict[str, Value]:
        """What the gauges tell, in the present unit; None where they tell nothing."""
        return self._pressures((0, 1))[1]

    def controls(self) -> Mapping[str, Control]:
        """The pump."""
        chamber = self.chamber
        return {
            "pump": switch("the pump; off lets air in", chamber.pump, lambda: chamber.pumping),
        }

    def ends(self, pending: str) -> bool:
        """Control characters need no end of line."""
        return pending[-1:] in {ETX, ENQ}

    def ask(self, line: str) -> Reply | None:
        """Answer ENQ with data, a mnemonic with ACK or NAK, an empty line not at all."""
        self._next = None
        if line.endswith(ETX):
            self._wanted = None
            return None
        if line.endswith(ENQ):
            return self._enquire(line)
        command = line.replace(" ", "")
        return self._acknowledge(command, line) if command else None

    @property
    def talking(self) -> bool:
        """True between COM and the next character."""
        return self._next is not None

    def emit(self) -> Reply | None:
        """Send the next continuous output."""
        if self._next is None or self.elapsed < self._next:
            return None
        self._next = max(self._next + self._interval, self.elapsed - self._interval)
        text, values = self._pressures((0, 1))
        return Reply((text + END).encode("ascii"), "COM", values)

    def _acknowledge(self, command: str, line: str) -> Reply:
        name, *parameters = command.split(",")
        self._wanted = None
        fault = self._take(name, parameters)
        self._error = fault or self._error
        if not fault and name != "COM":
            self._wanted = name
        return Reply(((NAK if fault else ACK) + END).encode("ascii"), line)

    def _take(self, name: str, parameters: list[str]) -> str:
        """Carry out a mnemonic; return the ERROR word if it is wrong, empty if not."""
        if not parameters and name in self._answers:
            return ""
        if name == "COM":
            return self._run(parameters or ["1"])
        numbers = [int(each) if each.isdecimal() else -1 for each in parameters]
        if name in SETTINGS:
            return self._set(name, numbers)
        if name == "SEN":
            return self._switch(numbers)
        return "" if name == "RES" and numbers == [1] else self._unknown(name)

    def _unknown(self, name: str) -> str:
        return PARAMETER if name in self._answers else SYNTAX

    def _run(self, parameters: list[str]) -> str:
        if len(parameters) != 1 or parameters[0] not in {"0", "1", "2"}:
            return PARAMETER
        self._interval = INTERVALS[int(parameters[0])]
        self._next = self.elapsed
        return ""

    def _set(self, name: str, numbers: list[int]) -> str:
        spec = SETTINGS[name]
        if len(numbers) != len(spec):
            return PARAMETER
        if not all(low <= n <= high for n, (low, high, _) in zip(numbers, spec, strict=True)):
            return PARAMETER
        self._settings[name] = numbers
        return ""

    def _switch(self, numbers: list[int]) -> str:
        if len(numbers) != len(self._on) or not set(numbers) <= {0, 1, 2}:
            return PARAMETER
        for i, number in enumerate(numbers):
            self._on[i] = number == 2 if number else self._on[i]  # noqa: PLR2004 - 0: no change
        return ""

    def _enquire(self, line: str) -> Reply:
        if self._wanted is None or self._wanted == "ERR":
            text, self._error = self._error, NO_ERROR
            return Reply((text + END).encode("ascii"), line)
        text, values = self._answers[self._wanted]()
        return Reply((text + END).encode("ascii"), self._wanted, values)

    def _table(self) -> dict[str, Callable[[], tuple[str, dict[str, Value]]]]:
        texts: dict[str, Callable[[], str]] = {
            name: lambda name=name: ",".join(map(str, self._settings[name])) for name in SETTINGS
        }
        texts |= {
            "PNR": lambda: "302-510-A",
            "TID": lambda: ",".join(self._name(i) for i in (0, 1)),
            "SEN": lambda: ",".join(str(self._switched(i)) for i in (0, 1)),
            "RES": lambda: ",".join(self._troubles()) or "0",
            "ERR": lambda: self._error,
        }
        return {
            "PR1": lambda: self._pressures((0,)),
            "PR2": lambda: self._pressures((1,)),
            "PRX": lambda: self._pressures((0, 1)),
            **{name: lambda read=read: (read(), {}) for name, read in texts.items()},
        }

    def _name(self, index: int) -> str:
        gauge = self._gauges[index]
        if gauge is None or self._happens("no-sensor", index):
            return "noSEn"
        return "noid" if self._happens("identification-error", index) else gauge.name

    def _switched(self, index: int) -> int:
        gauge = self._gauges[index]
        return (2 if self._on[index] else 1) if gauge and gauge.switchable else 0

    def _troubles(self) -> list[str]:
        events = {9: "sensor-error", 10: "identification-error"}
        return [
            str(code + 2 * i)
            for i in (0, 1)
            for code, event in events.items()
            if self._happens(event, i)
        ]

    def _happens(self, event: str, index: int) -> bool:
        return self.happening(event, self.channels[index])

    def _pressures(self, indices: tuple[int, ...]) -> tuple[str, dict[str, Value]]:
        parts: list[str] = []
        values: dict[str, Value] = {}
        for index in indices:
            status, pressure = self._measure(index)
            text = self._format(pressure * UNITS[self._settings["UNI"][0]], index)
            parts.append(f"{status},{text}")
            values[self.channels[index]] = float(text) if status == OK else None
        return ",".join(parts), values

    def _format(self, pressure: float, index: int) -> str:
        """Five digits; of a logarithmic gauge three that count."""
        gauge = self._gauges[index]
        linear = gauge is not None and gauge.name == LINEAR
        return f"{pressure if linear else float(f'{pressure:.2E}'):+.4E}"

    def _measure(self, index: int) -> tuple[int, float]:
        gauge, pressure = self._gauges[index], self.chamber.pressure
        if gauge is None or self._happens("no-sensor", index):
            return NO_SENSOR, NOTHING
        reading, shown = gauge.read(pressure)
        if self._happens("identification-error", index):
            return UNIDENTIFIED, NOTHING
        if self._happens("sensor-error", index):
            return SENSOR_ERROR, shown
        if not self._on[index]:
            return SENSOR_OFF, gauge.high
        return STATUSES[reading], shown
