"""Vaisala HMT330 humidity and temperature transmitter, serial line commands.

Sources: Vaisala, "HMT330 User's Guide" M210566EN-K, page 102 (">send", "RH= 98.4 %RH
T= 31.1 'C", FORM, see vaisala_form.py); serial commands R, S, INTV, SEND, SMODE, ADDR, OPEN, CLOSE,
SERI, FTIME, ECHO, ERRS, VERS and their answers as in the guides of the same family: HMT310
M210619EN page 40, HMT120 M211244EN ("Output interval: 5 S"), HMDW110 M211726EN ("Baud P D S :
19200 N 8 1"), HMP228 M210282en page 54 (with echo off neither the command nor the prompt is seen),
HMP240 M210300en page 84 (in POLL mode only SEND with its address and OPEN are answered, in RUN mode
only S is taken), HMM213 page 21 (nothing is echoed while it runs), HMP260 page 79 (FTIME ON; the
time is 00:00:00 after power on). That a connection through the LAN module is greeted with
"HMT330 / 5.16" and the prompt: two published clients that log in by it. The order RH, T, Td and the
case of no errors are the family's; the lines of "?", the answers to an unknown command and to a
wrong parameter, and how OPEN and CLOSE answer are from memory of the guide.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.climate import Room
from simulators.devices.vaisala_form import Form, Line
from simulators.devices.vaisala_quantities import quantities
from simulators.dialogue import Reply, TextDevice

PRODUCT = "HMT330 / 5.16"
UNITS = {"S": 1.0, "MIN": 60.0, "H": 3600.0}
FASTEST = 0.5
"""Seconds between outputs at an interval of 0."""
LONGEST_INTERVAL = 255
HIGHEST_ADDRESS = 99
MODES = ("STOP", "RUN", "POLL")


class Options(DeviceOptions):
    """Means of the room in degrees Celsius and per cent; what the transmitter is set to.

    ``dewpoint`` adds Td to the output; ``echo`` is the factory setting: commands come back and
    every answer ends in a prompt; ``mode`` is how it begins, ``bus_address`` counts in POLL mode.
    """

    temperature: float = 22.5
    humidity: float = Field(default=46.0, gt=0, le=100)
    dewpoint: bool = True
    echo: bool = True
    mode: Literal["STOP", "RUN", "POLL"] = "STOP"
    bus_address: int = Field(default=0, ge=0, le=HIGHEST_ADDRESS)
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
        self._mode: str = options.mode
        self._begins: str = options.mode
        self._bus_address = options.bus_address
        self._open = False
        self._timed = False
        self._form: Form | None = None
        self._next: float | None = 0.0 if options.mode == "RUN" else None
        self._quantities = quantities(self.room, lambda: self.happening("sensor-break"))
        self._commands = self._table()

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

    @property
    def address(self) -> str:
        """Its address in POLL mode; empty otherwise: it answers whatever comes."""
        return str(self._bus_address) if self._mode == "POLL" else ""

    def ask(self, line: str) -> Reply | None:
        """Answer a command in either case of letters; while running only S is taken."""
        name, _, parameter = line.strip().partition(" ")
        if self.talking and name.upper() != "S":
            return None
        if self._mode == "POLL" and not self._open:
            return self._polled(name.upper(), parameter.strip(), line)
        if not name:
            return self._reply("", line)
        command = self._commands.get(name.upper())
        if command is None:
            return self._reply(f"Unknown command: '{name}'. Type HELP for list of commands", line)
        return command(line, parameter.strip())

    def _polled(self, name: str, parameter: str, line: str) -> Reply | None:
        """What POLL mode answers: only its own address, with neither echo nor prompt."""
        if not parameter.isdecimal() or int(parameter) != self._bus_address:
            return None
        if name == "OPEN":
            self._open = True
            words = f"HMT330: {self._bus_address} line opened for operator commands"
            return Reply(f"{words}\r\n".encode("latin-1"), line)
        if name != "SEND":
            return None
        sent = self._measurement()
        return Reply(sent.text.encode("latin-1"), line, sent.values)

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
        sent = self._measurement()
        return Reply(sent.text.encode("latin-1"), "R", sent.values)

    def _table(self) -> dict[str, Callable[[str, str], Reply]]:
        return {
            "SEND": self._send,
            "R": self._run,
            "S": self._stop,
            "INTV": self._set_interval,
            "ECHO": self._set_echo,
            "FORM": self._set_form,
            "FTIME": self._set_time_output,
            "ADDR": self._set_address,
            "CLOSE": self._close,
            "RESET": self._restart,
            "SERI": lambda line, _: self._reply("Baud P D S     : 4800 E 7 1", line),
            "SMODE": self._set_mode,
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

    def _measurement(self) -> Line:
        """A line of output, its end included."""
        timed = f"{self._clock()} " if self._timed else ""
        if self._form is not None:
            made = self._form.render()
            return Line(timed + made.text, made.values)
        form = "RH= {} %RH T= {} 'C Td= {} 'C" if self._dewpoint else "RH= {} %RH T= {} 'C"
        state = list(self.state().items())[: form.count("{}")]
        texts = ["***.*" if value is None else f"{value:.1f}" for _, value in state]
        values: dict[str, Value] = {
            name: None if value is None else float(text)
            for (name, value), text in zip(state, texts, strict=True)
        }
        return Line(f"{timed}{form.format(*texts)}\r\n", values)

    def _clock(self) -> str:
        """The time since power on."""
        minutes, seconds = divmod(int(self.elapsed), 60)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}:{seconds:02d}"

    def _words(self) -> dict[str, Callable[[], str]]:
        return {
            "SN": lambda: self._serial_number,
            "ADDR": lambda: str(self._bus_address),
            "ERR": lambda: "0011" if self.happening("sensor-break") else "0000",
            "STAT": lambda: "N     0",
            "TIME": self._clock,
            "DATE": lambda: "2000-01-01",
        }

    def _send(self, line: str, _: str) -> Reply:
        sent = self._measurement()
        head, prompt = (f"{line}\r\n", ">") if self._echo else ("", "")
        return Reply(f"{head}{sent.text}{prompt}".encode("latin-1"), line, sent.values)

    def _set_form(self, line: str, parameter: str) -> Reply:
        if not parameter:
            return self._reply(self._form.source if self._form else "/", line)
        form = Form(parameter, self._quantities, self._words())
        if parameter != "/" and not form.valid:
            return self._reply("Invalid parameter", line)
        self._form = None if parameter == "/" else form
        return self._reply("OK", line)

    def _set_time_output(self, line: str, parameter: str) -> Reply:
        if parameter.upper() in {"ON", "OFF"}:
            self._timed = parameter.upper() == "ON"
        return self._reply(f"Form. time     : {'ON' if self._timed else 'OFF'}", line)

    def _set_mode(self, line: str, parameter: str) -> Reply:
        """Choose how it begins; what goes on changes with RESET."""
        if parameter and parameter.upper() not in MODES:
            return self._reply("Invalid parameter", line)
        self._begins = parameter.upper() or self._begins
        return self._reply(f"Serial mode    : {self._begins}", line)

    def _set_address(self, line: str, parameter: str) -> Reply:
        if parameter.isdecimal() and int(parameter) <= HIGHEST_ADDRESS:
            self._bus_address = int(parameter)
        elif parameter:
            return self._reply("Invalid parameter", line)
        return self._reply(f"Address        : {self._bus_address}", line)

    def _close(self, line: str, _: str) -> Reply:
        self._mode = self._begins = "POLL"
        self._open = False
        return Reply(b"line closed\r\n", line)

    def _restart(self, line: str, _: str) -> Reply:
        self._mode, self._open = self._begins, False
        self._next = self.elapsed if self._mode == "RUN" else None
        return Reply(f"{PRODUCT}\r\n".encode("latin-1"), line)

    def _run(self, line: str, _: str) -> Reply:
        self._next = self.elapsed
        body = f"{line}\r\n" if self._echo else ""
        return Reply(body.encode("latin-1"), line)

    def _stop(self, line: str, _: str) -> Reply:
        was_running, self._next = self.talking, None
        prompt = b">" if self._echo else b""
        return Reply(prompt, line) if was_running else self._reply("", line)

    def _set_interval(self, line: str, parameter: str) -> Reply:
        match = re.fullmatch(r"(\d+)?\s*(S|MIN|H)?", parameter.upper())
        if not match or int(match[1] or 0) > LONGEST_INTERVAL:
            return self._reply("Invalid parameter", line)
        number, unit = self._interval
        self._interval = (int(match[1] or number), match[2] or unit)
        return self._reply("Output interval: {} {}".format(*self._interval), line)

    def _set_echo(self, line: str, parameter: str) -> Reply:
        if parameter.upper() in {"ON", "OFF"}:
            self._echo = parameter.upper() == "ON"
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
            f"Serial mode    : {self._begins}",
            "Baud P D S     : 4800 E 7 1",
            "Output interval: {} {}".format(*self._interval),
            f"Address        : {self._bus_address}",
            f"Echo           : {'ON' if self._echo else 'OFF'}",
            "Pressure       : 1013.25 hPa",
            "Filter         : OFF",
        ]
        return self._reply("\r\n".join(lines), line)
