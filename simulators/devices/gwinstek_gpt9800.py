"""GW Instek GPT-9800 series electrical safety tester, commands over USB or RS-232.

Sources: GW Instek, "GPT-9000 Series User Manual": page 116 (short and long forms), page 117
(MEASure<x>? and ">ACW, FAIL , 0.024kV ,0.013 mA ,R=000.1S"), pages 134 and 135 (MANU:ACW:CHISet,
CLOSet, TTIMe with their ranges, "TIME ERR"), page 153 (*CLS, *IDN?: "GPT-9803, XXXXXXXXXXXX,
V1.00"). ``wording = "manual"``, the default, sends MEAS? and *IDN? as printed there;
``wording = "instrument"`` sends them as the comments and parsers of several public clients have
them, which agree with each other and neither with the manual's ">" nor with its blanks:
"GPT-9804 ,EM110867    ,v2.08,", "ACW,PASS ,2.498kV,00.17 mA ,T=003.0S", "ACW,TEST ,1.000kV,0.002 mA
,T=001.7S", "IR ,PASS ,0.497kV,0015M ohm,T=001.0S". From the same clients in both: "OK" at the end
of a test after TEST:RET ON, "0,No Error", "MANU<n>:EDIT:SHOW ?" with
"ACW,0.100kV,H=00.50mA,L=00.00mA,R=000.1S,T=001.0S", the units in the answers to settings.
From memory: the numbers of the errors, VIEW and STOP as verdicts, the form of GB.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal, TypeAlias

from simulators.controls import Control, key, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.gpt_settings import Settings
from simulators.devices.hipot import Function, SafetyTest, Sample
from simulators.dialogue import Reply, TextDevice
from simulators.scpi import ErrorQueue, header_pattern

COMMAND_ERROR, VALUE_ERROR, MODE_ERROR = "20,Command Error", "21,Value Error", "24,Mode Error"
TIME_ERROR = "25,Time Error"
NO_ERROR = "0,No Error"
REST = (3.0, 6.0)
BAD = 0.2
"""Part of the objects that fail."""
RESISTANCES = {"IR": "M ohm", "GB": "m ohm"}
LARGEST = 9999

Action: TypeAlias = Callable[[re.Match[str]], str | None]
"""What a command does; returns the answer, None when there is none."""


class Options(DeviceOptions):
    """``busy`` lets an operator test one object after another; ``wording`` see above."""

    busy: bool = True
    wording: Literal["manual", "instrument"] = "manual"
    serial_number: str = "EM110867"


class GwinstekGpt9800(TextDevice):
    """A tester on a production line."""

    model: ClassVar[str] = "gwinstek-gpt9800"
    description: ClassVar[str] = "GW Instek GPT-9800 electrical safety tester"
    channels: ClassVar[tuple[str, ...]] = (
        "function",
        "verdict",
        "voltage",
        "current",
        "resistance",
        "time",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "breakdown": "every object under test breaks down: FAIL",
        "interlock": "the interlock is open: tests do not start, a running one stops",
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.test = SafetyTest(random)
        self.settings = Settings()
        self._options = options
        self._busy = options.busy
        self._rest = random.uniform(*REST)
        self._tells_end = False
        self._ended = False
        self._errors = ErrorQueue(10, COMMAND_ERROR, NO_ERROR)
        self._commands = self._table()

    def step(self, dt: float) -> None:
        """Let a test go on; let the operator start the next."""
        under_way = self.test.verdict == "TEST"
        self.test.step(dt)
        if self.happening("interlock"):
            self.test.stop()
        if under_way and self.test.verdict != "TEST":
            self._ended = self._tells_end
            self._rest = self.random.uniform(*REST)
        elif self._busy and not under_way:
            self._rest -= dt
            if self._rest <= 0:
                self._start()

    def state(self) -> dict[str, Value]:
        """What MEAS? tells."""
        return self._measurement()[1]

    def controls(self) -> Mapping[str, Control]:
        """The keys, and the operator."""
        return {
            "start": key("the START key", self._start),
            "stop": key("the STOP key", self.test.stop),
            "busy": switch("an operator tests by himself", self._employ, lambda: self._busy),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer queries; settings are silent, and what is wrong goes to SYST:ERR?."""
        command = re.sub(r"\s*([:?])\s*", r"\1", line.strip())
        if not command:
            return None
        for pattern, action in self._commands:
            if match := pattern.fullmatch(command):
                answer = action(match)
                break
        else:
            self._errors.push(COMMAND_ERROR)
            return None
        if answer is None:
            return None
        measured = re.match("MEAS", command, re.IGNORECASE)
        values = self._measurement()[1] if measured else {}
        return Reply(answer.encode("ascii", "replace") + b"\r\n", line, values)

    @property
    def talking(self) -> bool:
        """True when a test has ended and TEST:RET is on."""
        return self._ended

    def emit(self) -> Reply | None:
        """Say that a test has ended."""
        if not self._ended:
            return None
        self._ended = False
        return Reply(b"OK\r\n", "TEST:RET")

    def _employ(self, busy: bool) -> None:  # noqa: FBT001 - a switch is its position
        self._busy = busy

    def _start(self) -> None:
        if self.happening("interlock") or self.test.verdict == "TEST":
            return
        bad = self._busy and self.random.random() < BAD
        sample = Sample.choose(self.random, bad=bad or self.happening("breakdown"))
        function = self.settings.mode
        self.test.start(function, self.settings.program, self.settings.ramp, sample)

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        settings = self.settings
        table: list[tuple[str, Action]] = [
            (r"\*IDN\?", lambda _: self._identity()),
            (r"\*CLS", lambda _: self._errors.clear()),
            (header_pattern("SYSTem:ERRor?"), lambda _: self._errors.pop()),
            (header_pattern("MEASure") + r"(?:[1-9]|1[0-6])?\?", lambda _: self._measurement()[0]),
            (header_pattern("FUNCtion:TEST?"), lambda _: f"TEST {self._running()}"),
            (header_pattern("FUNCtion:TEST") + r"\s+(ON|OFF)", self._run),
            (header_pattern("MAIN:FUNCtion?"), lambda _: "MANU"),
            (header_pattern("MAIN:FUNCtion") + r"\s+MANU", lambda _: None),
            (header_pattern("TEST:RETurn?"), lambda _: "ON" if self._tells_end else "OFF"),
            (header_pattern("TEST:RETurn") + r"\s+(ON|OFF)", self._choose_return),
            (header_pattern("SYSTem:BUZZer:") + r"\w+\s+\w+", lambda _: None),
            (r"MANU\d*:EDIT:SHOW\?", lambda _: settings.show()),
            (r"MANU:(\w+(?::\w+)?)\?", self._query),
            (r"MANU:(\w+(?::\w+)?)\s+(\S.*)", self._set),
        ]
        return [(re.compile(pattern, re.IGNORECASE), action) for pattern, action in table]

    def _identity(self) -> str:
        serial_number = self._options.serial_number
        if self._options.wording == "manual":
            return f"GPT-9803, {serial_number:<12}, V1.00"
        return f"{'GPT-9804':<9},{serial_number:<12},v2.08,"

    def _running(self) -> str:
        return "ON" if self.test.verdict == "TEST" else "OFF"

    def _run(self, match: re.Match[str]) -> None:
        self._busy = False
        if match[1].upper() == "ON":
            self._start()
        else:
            self.test.stop()

    def _choose_return(self, match: re.Match[str]) -> None:
        self._tells_end = match[1].upper() == "ON"

    def _query(self, match: re.Match[str]) -> str | None:
        answer = self.settings.query(match[1].upper())
        if answer is None:
            self._errors.push(COMMAND_ERROR)
        return answer

    def _set(self, match: re.Match[str]) -> None:
        name, value = match[1].upper(), match[2].strip().upper()
        if name == "EDIT:MODE" and self.test.verdict == "TEST":
            self._errors.push(MODE_ERROR)
            return
        outcome = self.settings.set(name, value)
        if outcome == "ok" and name == "EDIT:MODE":
            self.test.show(self.settings.mode, self.settings.program)
        errors = {"unknown": COMMAND_ERROR, "value": VALUE_ERROR, "mode": MODE_ERROR}
        if error := (errors | {"time": TIME_ERROR}).get(outcome):
            self._errors.push(error)

    def _measurement(self) -> tuple[str, dict[str, Value]]:
        test, mode = self.test, self.test.function
        level = f"{test.level:05.2f}A " if mode == "GB" else f"{test.level:.3f}kV"
        result = self._result(mode)
        letter = "R" if test.ramping else "T"
        fields = [
            f"{mode:<3}",
            f"{test.verdict:<5}",
            level,
            f"{result} ",
            f"{letter}={test.time:05.1f}S",
        ]
        text = ",".join(fields).replace("ohm ", "ohm")
        if self._options.wording == "manual":
            text = f">{mode}, {test.verdict} , {level} ,{result} ,{fields[-1]}"
        number = float(re.findall(r"[\d.]+", result)[0])
        measured = "resistance" if mode in RESISTANCES else "current"
        values: dict[str, Value] = {"function": mode, "verdict": test.verdict}
        values |= {"voltage": None if mode == "GB" else float(level[:-2]), "current": None}
        values |= {"resistance": None, measured: number, "time": float(f"{test.time:.1f}")}
        return text, values

    def _result(self, mode: Function) -> str:
        result, high = self.test.result, self.test.limit
        if mode in RESISTANCES:
            unit = RESISTANCES[mode]
            return (
                f"{min(result, LARGEST):04.0f}{unit}" if mode == "IR" else f"{result:05.1f}{unit}"
            )
        shown = min(max(result, 0.0), 1.1 * high)
        places = 3 if high < 10 else 2  # noqa: PLR2004 - the range of the limit is that of the reading
        return f"{shown:0{places + 2 + (places == 2)}.{places}f} mA"  # noqa: PLR2004 - 0.002, 00.17
