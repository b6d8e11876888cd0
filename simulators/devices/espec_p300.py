"""ESPEC climate chamber with a P300 controller, text over RS-232, RS-485 or TCP.

Sources: ESPEC, "Communication Function RS-485" for EHS-211(M), 221(M), 411(M), page 8 (a setting
command is answered "OK : address, setting command", anything wrong "NA : error message") and page
22 ("1,MON?" answers "24.1,100,CONSTANT,0": temperature, humidity, mode, number of alarms; modes
OFF, CONSTANT, RUN; ROM?; addresses 1 to 16). Commands, the shapes of their answers, CR LF, 9600
8N1, TCP port 10001 and the words of every error from ESPEC's own client,
github.com/EspecNorthAmerica/ChamberConnectLibrary, p300.py and especinteract.py: the humidity is
empty in a chamber without it, its set point is no number when it is off. TYPE? answers
"T,T,S2,160.0" at an SH-641: github.com/akaeba/ATWG. MODE,RUN answers DATA NOT READY ("specified
program does not exist"): this chamber has no programs. From memory: that a command is echoed as it
came, the number in front of ALARM?, %? and REF?, and alarm number 7.

A chamber with an ``address`` answers to "address,command" alone and is silent otherwise, so that
several can share a line. One without takes any address from 1 to 16, as ESPEC's client sends it.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from pydantic import Field

from simulators.controls import Control, choice, number
from simulators.device import DeviceOptions, Value
from simulators.devices.chamber import Chamber
from simulators.dialogue import Reply, TextDevice

ADDRESSES = range(1, 17)
LOWEST, HIGHEST = -75.0, 185.0
MODES = ("OFF", "STANDBY", "CONSTANT")
ALARM = 7
LIMIT = re.compile(r"([SHL])\s*(OFF|[-+]?\d+(?:\.\d*)?)")

Command: TypeAlias = Callable[[str], str]
"""Takes what follows the comma; answers, or raises Refusal."""


class Refusal(Exception):  # noqa: N818 - the chamber's word for no
    """Why a command is answered NA."""


class Options(DeviceOptions):
    """``address`` 1 to 16 is for RS-485; None: the chamber is alone on its line.

    ``temperature`` (Cel) and ``humidity`` (%) are the set points of constant mode; humidity None
    is off. ``humid`` false is a chamber without humidity.
    """

    address: int | None = Field(default=None, ge=1, le=16)
    temperature: float = Field(default=40.0, ge=LOWEST, le=HIGHEST)
    humidity: float | None = Field(default=75.0, ge=0, le=100)
    humid: bool = True
    mode: str = Field(default="CONSTANT", pattern=f"^({'|'.join(MODES)})$")


class EspecP300(TextDevice):
    """A chamber that ramps, overshoots, and couples humidity to temperature."""

    model: ClassVar[str] = "espec-p300"
    description: ClassVar[str] = "ESPEC climate chamber, P300 controller (text)"
    channels: ClassVar[tuple[str, ...]] = (
        "temperature",
        "humidity",
        "temperature_setpoint",
        "humidity_setpoint",
        "mode",
        "alarms",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "alarm": "an alarm: the chamber stops, MON? counts it, ALARM? names it",
        "door-open": "the door is open: the air of the room comes in",
        "protected": "data protection is on at the panel: settings are answered NA:PROTECT ON",
    }
    turnaround = 0.03

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        humidity = options.humidity if options.humid else None
        self.chamber = Chamber(random, [options.temperature], 1e12, humidity)
        self.mode = options.mode
        self._address = options.address
        self._humid = options.humid
        self._wet = humidity if humidity is not None else 50.0
        self._limits = {"TEMP": [HIGHEST, LOWEST], "HUMI": [100.0, 0.0]}
        self._keys_locked = False
        self._refrigeration = "REF9"
        self._monitors, self._settings = self._table()

    @property
    def address(self) -> str:
        """Its number on RS-485; empty for RS-232."""
        return "" if self._address is None else str(self._address)

    @property
    def alarms(self) -> int:
        """How many alarms stand."""
        return int(self.happening("alarm"))

    def step(self, dt: float) -> None:
        """Heat, cool and wet the air."""
        self.chamber.door_open = self.happening("door-open")
        self.chamber.runs = self.mode == "CONSTANT" and not self.alarms
        self.chamber.step(dt)

    def state(self) -> dict[str, Value]:
        """What MON?, TEMP? and HUMI? would tell."""
        chamber = self.chamber
        return {
            "temperature": chamber.temperature,
            "humidity": chamber.humidity if self._humid else None,
            "temperature_setpoint": chamber.temperature_setpoint,
            "humidity_setpoint": chamber.humidity_setpoint,
            "mode": self.mode,
            "alarms": self.alarms,
        }

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
            "mode": choice("what it does", self._switch, lambda: self.mode, among=MODES),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer a command that is for this chamber; NA with a reason when it is wrong."""
        match = re.fullmatch(r"\s*(?:(\d+)\s*,)?\s*(.*?)\s*", line)
        if match is None or not (match[2] or match[1]):
            return None
        if self._address is not None and match[1] != self.address:
            return None
        if match[1] and int(match[1]) not in ADDRESSES:
            return Reply(b"NA:ADDR ERR\r\n", line)
        values: dict[str, Value] = {}
        try:
            text = self._obey(match[2], line.strip(), values)
        except Refusal as refusal:
            text = f"NA:{refusal}"
        return Reply(text.encode("latin-1") + b"\r\n", line, values)

    def _obey(self, command: str, whole: str, values: dict[str, Value]) -> str:
        name, _, rest = command.upper().partition(",")
        if monitor := self._monitors.get(name.strip()):
            text = monitor(rest.strip())
            values |= self._told(name.strip(), text)
            return text
        setting = self._settings.get(name.strip())
        if setting is None:
            raise Refusal("CMD ERR")
        if self.happening("protected"):
            raise Refusal("PROTECT ON")
        setting(rest.strip())
        return f"OK:{whole}"

    def _told(self, name: str, text: str) -> dict[str, Value]:
        fields = text.split(",")
        if name == "MON?":
            humidity = float(fields[1]) if fields[1] else None
            told = {"temperature": float(fields[0]), "humidity": humidity}
            return {**told, "mode": fields[2], "alarms": int(fields[3])}
        if name == "TEMP?":
            return {"temperature_setpoint": float(fields[1])}
        if name == "HUMI?":
            return {"humidity_setpoint": None if fields[1] == "OFF" else float(fields[1])}
        return {}

    def _table(self) -> tuple[dict[str, Command], dict[str, Command]]:
        monitors: dict[str, Command] = {
            "MON?": self._monitor,
            "TEMP?": self._temperature,
            "HUMI?": self._humidity,
            "MODE?": lambda _: self.mode,
            "ALARM?": lambda _: f"1,{ALARM}" if self.alarms else "0",
            "ROM?": lambda rest: "P300 DISP Ver. 1.24" if rest == "DISP" else "P300 Ver. 1.24",
            "TYPE?": lambda _: f"T,T,P300,{HIGHEST}" if self._humid else f"T,P300,{HIGHEST}",
            "CONSTANT SET?": self._constant,
            "KEYPROTECT?": lambda _: "ON" if self._keys_locked else "OFF",
            "SET?": lambda _: self._refrigeration,
            "REF?": lambda _: "2,ON1,ON2" if self.chamber.output < 0 else "2,OFF1,OFF2",
            "%?": self._heaters,
            "RELAY?": lambda _: "0",
            "PRGM MON?": self._no_program,
            "PRGM SET?": self._no_program,
        }
        settings: dict[str, Command] = {
            "TEMP": self._set_temperature,
            "HUMI": self._set_humidity,
            "MODE": self._set_mode,
            "POWER": self._set_power,
            "KEYPROTECT": self._protect_keys,
            "SET": self._refrigerate,
            "PRGM": self._no_program,
        }
        return monitors, settings

    # Monitor commands.

    def _monitor(self, _: str) -> str:
        humidity = f"{self.chamber.humidity:.0f}" if self._humid else ""
        return f"{self.chamber.temperature:.1f},{humidity},{self.mode},{self.alarms}"

    def _temperature(self, _: str) -> str:
        chamber, (high, low) = self.chamber, self._limits["TEMP"]
        return f"{chamber.temperature:.1f},{chamber.temperature_setpoint:.1f},{high:.1f},{low:.1f}"

    def _humidity(self, _: str) -> str:
        chamber, (high, low) = self.chamber, self._limits["HUMI"]
        self._demand_humidity()
        wanted = chamber.humidity_setpoint
        told = "OFF" if wanted is None else f"{wanted:.0f}"
        return f"{chamber.humidity:.0f},{told},{high:.0f},{low:.0f}"

    def _constant(self, rest: str) -> str:
        if rest == "TEMP":
            return f"{self.chamber.temperature_setpoint:.1f},ON"
        if rest == "HUMI":
            self._demand_humidity()
            return f"{self._wet:.0f},{'OFF' if self.chamber.humidity_setpoint is None else 'ON'}"
        if rest == "REF":
            return "AUTO"
        raise Refusal("PARA ERR")

    def _heaters(self, _: str) -> str:
        dry = f"{max(0.0, self.chamber.output):.1f}"
        return f"2,{dry},0.0" if self._humid else f"1,{dry}"

    @staticmethod
    def _no_program(_: str) -> str:
        raise Refusal("CONT NOT READY-2")

    def _demand_humidity(self) -> None:
        if not self._humid:
            raise Refusal("CONT NOT READY-1")

    # Setting commands.

    def _set_temperature(self, rest: str) -> str:
        for letter, value in self._limited("TEMP", rest, LOWEST, HIGHEST):
            if letter == "S":
                self.chamber.hold(value)
        return ""

    def _set_humidity(self, rest: str) -> str:
        self._demand_humidity()
        if rest.replace(" ", "") == "SOFF":
            self.chamber.humidity_setpoint = None
            return ""
        for letter, value in self._limited("HUMI", rest, 0.0, 100.0):
            if letter == "S":
                self._turn_humidity(value)
        return ""

    def _limited(
        self, name: str, rest: str, lowest: float, highest: float
    ) -> list[tuple[str, float]]:
        """Set point S and limits H and L of a command; the limits are kept here."""
        found = LIMIT.findall(rest)
        if not found or LIMIT.sub("", rest).strip(" ,") or any(text == "OFF" for _, text in found):
            raise Refusal("PARA ERR")
        pairs = [(letter, float(text)) for letter, text in found]
        if not all(lowest <= value <= highest for _, value in pairs):
            raise Refusal("DATA OUT OF RANGE")
        high, low = self._limits[name]
        self._limits[name] = [dict(pairs).get("H", high), dict(pairs).get("L", low)]
        return pairs

    def _turn_humidity(self, humidity: float) -> None:
        self._wet = self.chamber.humidity_setpoint = humidity

    def _switch(self, mode: str) -> None:
        self.mode = mode

    def _set_mode(self, rest: str) -> str:
        if re.fullmatch(r"RUN\s*\d+", rest):
            raise Refusal("DATA NOT READY")
        if rest not in MODES:
            raise Refusal("PARA ERR")
        self._switch(rest)
        return ""

    def _set_power(self, rest: str) -> str:
        if rest not in {"ON", "OFF"}:
            raise Refusal("PARA ERR")
        self._switch("CONSTANT" if rest == "ON" else "OFF")
        return ""

    def _protect_keys(self, rest: str) -> str:
        if rest not in {"ON", "OFF"}:
            raise Refusal("PARA ERR")
        if self.mode == "OFF":
            raise Refusal("CONT NOT READY-4")
        self._keys_locked = rest == "ON"
        return ""

    def _refrigerate(self, rest: str) -> str:
        if not re.fullmatch(r"REF[01369]", rest):
            raise Refusal("PARA ERR")
        self._refrigeration = rest
        return ""
