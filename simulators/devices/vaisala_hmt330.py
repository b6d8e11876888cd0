"""Vaisala HMT330 humidity and temperature transmitter, serial line commands.

Sources: Vaisala, "HMT330 User's Guide" M210566EN-K, page 102 (">send", "RH= 98.4 %RH
T= 31.1 'C", "FORM /" answers OK); serial commands R, S, INTV, SEND, SERI, ECHO, ERRS, VERS and
their answers as in the guides of the same family: HMT310 M210619EN page 40, HMT120 M211244EN
("Output interval: 5 S"), HMDW110 M211726EN ("Baud P D S : 19200 N 8 1"), HMP228 M210282en page
54 (with echo off neither the command nor the prompt is seen). That a connection through the
LAN module is greeted with "HMT330 / 5.16" and the prompt: two published clients that log in by
it. The order RH, T, Td and the case of no errors are the family's; the lines of "?" and the
answer to an unknown command are from memory of the guide.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Self

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.climate import Room
from simulators.dialogue import Reply, TextDevice

PRODUCT = "HMT330 / 5.16"
UNITS = {"S": 1.0, "MIN": 60.0, "H": 3600.0}
FASTEST = 0.5
"""Seconds between outputs at an interval of 0."""
LONGEST_INTERVAL = 255


class Options(DeviceOptions):
    """Means of the room in degrees Celsius and per cent; what the transmitter is set to.

    ``dewpoint`` adds Td to the output; ``echo`` is the factory setting: commands come back and
    every answer ends in a prompt.
    """

    temperature: float = 22.5
    humidity: float = Field(default=46.0, gt=0, le=100)
    dewpoint: bool = True
    echo: bool = True
    serial_number: str = "H3430005"


class VaisalaHmt330(TextDevice):
    """A transmitter in a room with air conditioning; its probe may fail."""

    model: ClassVar[str] = "vaisala-hmt330"
    description: ClassVar[str] = "Vaisala HMT330 humidity and temperature transmitter (text)"
    channels: ClassVar[tuple[str, ...]] = ("humidity", "temperature", "dewpoint")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the probe has failed: values are stars, ERRS lists the error"
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.room = Room(random, options.temperature, options.humidity)
        self._dewpoint = options.dewpoint
        self._echo = options.echo
        self._serial_number = options.serial_number
        self._interval = (0, "S")
        self._next: float | None = None
        self._commands = self._table()

    @classmethod
    def create(cls, options: Mapping[str, object], random: Random) -> Self:
        """Make one from the options of a scenario."""
        return cls(Options.model_validate(options), random)

    def step(self, dt: float) -> None:
        """Change the air of the room."""
        self.room.step(dt)

    def state(self) -> dict[str, Value]:
        """The air in the room; None while the sensor is broken."""
        room, broken = self.room, self.happening("sensor-break")
        air = {
            "humidity": room.humidity,
            "temperature": room.temperature,
            "dewpoint": room.dewpoint,
        }
        return {name: None if broken else value for name, value in air.items()}

    def controls(self) -> Mapping[str, Control]:
        """The air conditioning."""
        room = self.room
        return {
            "temperature": number(
                "mean temperature of the room, Cel",
                lambda value: room.condition(value, room.humidity),
                lambda: room.temperature,
                low=-40,
                high=180,
            ),
            "humidity": number(
                "mean relative humidity of the room, %",
                lambda value: room.condition(room.temperature, value),
                lambda: room.humidity,
                low=0.1,
                high=100,
            ),
        }

    def greet(self) -> bytes:
        """Greet as the LAN module does."""
        return f"\r\n{PRODUCT}\r\n>".encode() if self._echo else b""

    def ask(self, line: str) -> Reply | None:
        """Answer a command in either case of letters; while running only S is taken."""
        name, _, parameter = line.strip().partition(" ")
        if self.talking and name.upper() != "S":
            return None
        if not name:
            return self._reply("", line)
        command = self._commands.get(name.upper())
        if command is None:
            return self._reply(f"Unknown command: '{name}'. Type HELP for list of commands", line)
        return command(line, parameter.strip().upper())

    @property
    def talking(self) -> bool:
        """True between R and S."""
        return self._next is not None

    def emit(self) -> Reply | None:
        """Send the next output of R."""
        if self._next is None or self.elapsed < self._next:
            return None
        number, unit = self._interval
        self._next = max(self._next + max(FASTEST, number * UNITS[unit]), self.elapsed)
        text, values = self._measurement()
        return Reply(text.encode("latin-1") + b"\r\n", "R", values)

    def _table(self) -> dict[str, Callable[[str, str], Reply]]:
        return {
            "SEND": self._send,
            "R": self._run,
            "S": self._stop,
            "INTV": self._set_interval,
            "ECHO": self._set_echo,
            "FORM": lambda line, _: self._reply("OK", line),
            "SERI": lambda line, _: self._reply("Baud P D S     : 4800 E 7 1", line),
            "SMODE": lambda line, _: self._reply("Serial mode    : STOP", line),
            "VERS": lambda line, _: self._reply(PRODUCT, line),
            "SNUM": lambda line, _: self._reply(f"Serial number  : {self._serial_number}", line),
            "ERRS": self._errors,
            "?": self._describe,
        }

    def _reply(self, text: str, line: str, values: dict[str, Value] | None = None) -> Reply:
        body = f"{text}\r\n" if text else ""
        if self._echo:
            body = f"{line}\r\n{body}>"
        return Reply(body.encode("latin-1"), line, values or {})

    def _measurement(self) -> tuple[str, dict[str, Value]]:
        fields = [
            ("humidity", "RH= {} %RH", self.room.humidity),
            ("temperature", "T= {} 'C", self.room.temperature),
            ("dewpoint", "Td= {} 'C", self.room.dewpoint),
        ]
        broken = self.happening("sensor-break")
        parts: list[str] = []
        values: dict[str, Value] = {}
        for channel, form, value in fields if self._dewpoint else fields[:2]:
            number = "***.*" if broken else f"{value:.1f}"
            parts.append(form.format(number))
            values[channel] = None if broken else float(number)
        return " ".join(parts), values

    def _send(self, line: str, _: str) -> Reply:
        text, values = self._measurement()
        return self._reply(text, line, values)

    def _run(self, line: str, _: str) -> Reply:
        self._next = self.elapsed
        body = f"{line}\r\n" if self._echo else ""
        return Reply(body.encode("latin-1"), line)

    def _stop(self, line: str, _: str) -> Reply:
        was_running, self._next = self.talking, None
        prompt = b">" if self._echo else b""
        return Reply(prompt, line) if was_running else self._reply("", line)

    def _set_interval(self, line: str, parameter: str) -> Reply:
        match = re.fullmatch(r"(\d+)?\s*(S|MIN|H)?", parameter)
        if not match or int(match[1] or 0) > LONGEST_INTERVAL:
            return self._reply("Invalid parameter", line)
        number, unit = self._interval
        self._interval = (int(match[1] or number), match[2] or unit)
        return self._reply("Output interval: {} {}".format(*self._interval), line)

    def _set_echo(self, line: str, parameter: str) -> Reply:
        if parameter in {"ON", "OFF"}:
            self._echo = parameter == "ON"
        return self._reply(f"Echo           : {'ON' if self._echo else 'OFF'}", line)

    def _errors(self, line: str, _: str) -> Reply:
        broken = self.happening("sensor-break")
        return self._reply("RH sensor failure" if broken else "No errors", line)

    def _describe(self, line: str, _: str) -> Reply:
        lines = [
            PRODUCT,
            f"Serial number  : {self._serial_number}",
            "Batch number   : H3420001",
            "Adjust. date   : 2026-02-11",
            "Adjust. info   : Helsinki/FIN",
            "Serial mode    : STOP",
            "Baud P D S     : 4800 E 7 1",
            "Output interval: {} {}".format(*self._interval),
            "Address        : 0",
            f"Echo           : {'ON' if self._echo else 'OFF'}",
            "Pressure       : 1013.25 hPa",
            "Filter         : OFF",
        ]
        return self._reply("\r\n".join(lines), line)
