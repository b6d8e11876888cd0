"""Weiss Technik or Vötsch climate chamber with SimServ, text over TCP port 2049.

Sources: github.com/IzaakWN/ClimateChamberMonitor, chamber_commands.py, and
github.com/SengerM/VotschTechnik-climate-chamber-Python, both written from the manual "S!MPAC
simserv" (2019.05): command number, chamber index (any) and up to four arguments, separated by
byte 0xB6 and ended by CR; the answer begins with 1, or with -5 (command unknown), -6 (too few or
wrong parameters) or -8 (data could not be read), and ends in CR LF; the numbers of the commands;
chamber status 1 not running, 3 running, +4 warnings, +8 alarms; message types 1 alarm, 2 warning.
Values like "1¶23.90" and "1¶40.0213": the tests and notes of a published client (VotschVc3), which
cites the manual for "11001¶2¶1¶25.0" and "14001¶1¶1¶1". Digital output 1 is start, 7 compressed
air, 8 dryer. From memory: the names and units of variables and outputs, that a set point beyond
the input limits is -6, and that a value cannot be read (-8) while its sensor is broken. The
chamber runs in manual mode only; it has no programs.

Clients that send the separator as UTF-8 (0xC2 0xB6) are understood as well.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.chamber import Chamber
from simulators.devices.simserv import (
    SEPARATOR,
    UNKNOWN,
    UNREADABLE,
    WRONG,
    Action,
    Refusal,
    Variable,
    pick,
    within,
)
from simulators.dialogue import Reply, TextDevice

RUNNING, WARNED, ALARMED = 2, 4, 8
START, AIR, DRYER = 1, 7, 8
OUTPUTS = ("Start", "Fault", "Customer 1", "Customer 2", "Customer 3", "Light", "Air", "Dryer")
STEEPEST = 60.0
"""Kelvin a minute; a gradient of 0 is none."""


class Options(DeviceOptions):
    """Set points in Cel and %, and whether the chamber runs to begin with."""

    temperature: float = Field(default=60.0, ge=-75, le=180)
    humidity: float = Field(default=50.0, ge=0, le=98)
    running: bool = True
    serial_number: str = Field(default="59226114360010", pattern=r"^[!-~]{1,20}$")


class WeissSimserv(TextDevice):
    """A chamber that ramps, overshoots, and couples humidity to temperature."""

    model: ClassVar[str] = "weiss-simserv"
    description: ClassVar[str] = "Weiss or Vötsch climate chamber, SimServ (text, TCP)"
    channels: ClassVar[tuple[str, ...]] = (
        "temperature",
        "temperature_setpoint",
        "humidity",
        "humidity_setpoint",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the temperature sensor is broken: its value cannot be read (-8)",
        "humidity-sensor-break": "the humidity sensor is broken: its value cannot be read (-8)",
        "alarm": "the temperature limiter has tripped: status +8, the chamber stops",
        "door-open": "the door is open: status +4, the air of the room comes in",
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, [options.temperature], 1e12, options.humidity)
        self.temperature_setpoint = options.temperature
        self._serial_number = options.serial_number
        self._outputs = [False] * len(OUTPUTS)
        self._outputs[START - 1] = options.running
        self._fan = 100.0
        self._gradients = {"up": 0.0, "down": 0.0}
        self._variables = self._control_variables()
        self._commands = self._table()

    @property
    def running(self) -> bool:
        """Whether it is started."""
        return self._outputs[START - 1]

    def step(self, dt: float) -> None:
        """Heat, cool and wet the air; a gradient moves the set point."""
        chamber = self.chamber
        chamber.door_open = self.happening("door-open")
        chamber.runs = self.running and not (
            self.happening("alarm") or self.happening("sensor-break")
        )
        chamber.hold(self._ramped(dt))
        chamber.step(dt)

    def _ramped(self, dt: float) -> float:
        now, target = self.chamber.temperature_setpoint, self.temperature_setpoint
        gradient = self._gradients["up" if target > now else "down"]
        furthest = gradient / 60 * dt if gradient and self.running else abs(target - now)
        return now + max(-furthest, min(furthest, target - now))

    def state(self) -> dict[str, Value]:
        """What 11004 and 11002 would tell."""
        told: dict[str, Value] = {}
        for variable, name in zip(self._variables, ("temperature", "humidity"), strict=True):
            told[name] = None if self.happening(variable.event) else variable.read()
            told[f"{name}_setpoint"] = variable.wanted()
        return told

    def controls(self) -> Mapping[str, Control]:
        """The panel."""
        warm, wet = self._variables
        return {
            "temperature_setpoint": number(
                "set point of temperature, Cel",
                warm.want,
                warm.wanted,
                low=warm.low,
                high=warm.high,
            ),
            "humidity_setpoint": number(
                "set point of humidity, %", wet.want, wet.wanted, low=wet.low, high=wet.high
            ),
            "start": switch("start and stop", self._start, lambda: self.running),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer a command; what is no command at all is unknown."""
        text = line.replace("\xc2\xb6", SEPARATOR).strip()
        if not text:
            return None
        name, *arguments = text.split(SEPARATOR)
        values: dict[str, Value] = {}
        try:
            answer = ["1", *self._obey(name.strip(), arguments, values)]
        except Refusal as refusal:
            answer = [str(refusal)]
        return Reply(SEPARATOR.join(answer).encode("latin-1") + b"\r\n", line, values)

    def _obey(self, name: str, arguments: list[str], values: dict[str, Value]) -> list[str]:
        if name not in self._commands:
            raise Refusal(UNKNOWN)
        count, action = self._commands[name]
        if len(arguments) < count + 1 or not arguments[0].strip().isdecimal():
            raise Refusal(WRONG)
        answer = action([each.strip() for each in arguments[1:]])
        if name in {"11002", "11004"}:
            channel = ("temperature", "humidity")[int(arguments[1]) - 1]
            values[channel if name == "11004" else f"{channel}_setpoint"] = float(answer[0])
        return answer

    def _control_variables(self) -> tuple[Variable, Variable]:
        chamber = self.chamber
        warm = Variable(
            "Temperature",
            "\xb0C",
            -75.0,
            180.0,
            "sensor-break",
            lambda: chamber.temperature,
            lambda: self.temperature_setpoint,
            self._want_temperature,
        )
        wet = Variable(
            "Humidity",
            "%rh",
            0.0,
            98.0,
            "humidity-sensor-break",
            lambda: chamber.humidity,
            lambda: chamber.humidity_setpoint or 0.0,
            self._want_humidity,
        )
        return warm, wet

    def _want_temperature(self, temperature: float) -> None:
        self.temperature_setpoint = temperature

    def _want_humidity(self, humidity: float) -> None:
        self.chamber.humidity_setpoint = humidity

    def _start(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        self._outputs[START - 1] = on

    # Commands: how many arguments they need, and what they do.

    def _table(self) -> dict[str, tuple[int, Action]]:
        return {
            **self._chamber_commands(),
            **self._variable_commands(),
            **self._value_commands(),
            **self._digital_commands(),
            **self._message_commands(),
            **self._program_commands(),
        }

    def _chamber_commands(self) -> dict[str, tuple[int, Action]]:
        info = ("WKL 100/40", "2019", self._serial_number)
        return {
            "99997": (1, lambda given: [pick(info, given)]),
            "10012": (0, lambda _: [str(self._status())]),
        }

    def _status(self) -> int:
        flags = RUNNING * self.running + WARNED * self.happening("door-open")
        return 1 + flags + ALARMED * self.happening("alarm")

    def _variable_commands(self) -> dict[str, tuple[int, Action]]:
        def tell(what: Callable[[Variable], object]) -> tuple[int, Action]:
            return 1, lambda given: [str(what(pick(self._variables, given)))]

        low, high = tell(lambda each: each.low), tell(lambda each: each.high)
        return {
            "11018": (0, lambda _: [str(len(self._variables))]),
            "11026": tell(lambda each: each.name),
            "11023": tell(lambda each: each.unit),
            "11002": tell(lambda each: f"{each.wanted():.1f}"),
            "11004": (1, self._read),
            "11001": (2, self._want),
            "11007": low,
            "11009": high,
            "11014": low,
            "11015": high,
            "11016": low,
            "11017": high,
            "11066": (1, lambda _: [f"{self._gradients['up']:.1f}"]),
            "11068": (2, lambda given: self._slope("up", given)),
            "11070": (1, lambda _: [f"{self._gradients['down']:.1f}"]),
            "11072": (2, lambda given: self._slope("down", given)),
        }

    def _read(self, given: list[str]) -> list[str]:
        variable = pick(self._variables, given)
        if self.happening(variable.event):
            raise Refusal(UNREADABLE)
        return [f"{variable.read():.2f}"]

    def _want(self, given: list[str]) -> list[str]:
        variable = pick(self._variables, given)
        variable.want(within(given[1], variable.low, variable.high))
        return []

    def _slope(self, way: str, given: list[str]) -> list[str]:
        if pick(self._variables, given) is not self._variables[0]:
            raise Refusal(WRONG)
        self._gradients[way] = within(given[1], 0.0, STEEPEST)
        return []

    def _value_commands(self) -> dict[str, tuple[int, Action]]:
        """One control value, the fan; no measured values beside the control variables."""

        def fan(text: Callable[[], str]) -> tuple[int, Action]:
            return 1, lambda given: [pick((text(),), given)]

        def blow(given: list[str]) -> list[str]:
            pick(("fan",), given)
            self._fan = within(given[1], 0.0, 100.0)
            return []

        return {
            "13007": (0, lambda _: ["1"]),
            "13011": fan(lambda: "Fan speed"),
            "13010": fan(lambda: "%"),
            "13005": fan(lambda: f"{self._fan:.1f}"),
            "13006": (2, blow),
            "13002": fan(lambda: "0.0"),
            "13004": fan(lambda: "100.0"),
            "12012": (0, lambda _: ["0"]),
            **dict.fromkeys(
                ("12019", "12016", "12002", "12008", "12009", "12010", "12011"),
                (1, lambda given: [pick((), given)]),
            ),
        }

    def _digital_commands(self) -> dict[str, tuple[int, Action]]:
        def put(given: list[str]) -> list[str]:
            pick(OUTPUTS, given)
            if given[1] not in {"0", "1"}:
                raise Refusal(WRONG)
            self._outputs[int(given[0]) - 1] = given[1] == "1"
            return []

        return {
            "14007": (0, lambda _: [str(len(OUTPUTS))]),
            "14010": (1, lambda given: [pick(OUTPUTS, given)]),
            "14003": (1, lambda given: [str(int(pick(self._outputs, given)))]),
            "14001": (2, put),
            "15004": (0, lambda _: ["1"]),
            "15005": (1, lambda given: [pick(("Door open",), given)]),
            "15002": (1, lambda given: [pick((str(int(self.happening("door-open"))),), given)]),
        }

    def _message_commands(self) -> dict[str, tuple[int, Action]]:
        texts = ("Temperature limiter", "Door open")
        events = ("alarm", "door-open")
        return {
            "17002": (0, lambda _: [str(len(texts))]),
            "17007": (1, lambda given: [pick(texts, given)]),
            "17005": (1, lambda given: [pick(("1", "2"), given)]),
            "17111": (1, lambda given: [pick(("1", "2"), given)]),
            "17009": (1, lambda given: [str(int(self.happening(pick(events, given))))]),
            "17012": (0, lambda _: []),
        }

    @staticmethod
    def _program_commands() -> dict[str, tuple[int, Action]]:
        def none(_: list[str]) -> list[str]:
            raise Refusal(WRONG)

        return {
            "19204": (0, lambda _: ["0"]),
            "19210": (0, lambda _: ["0"]),
            "19015": (0, lambda _: []),
            "19014": (0, none),
            "19031": (0, none),
        }
