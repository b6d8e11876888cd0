"""What a lab consists of: the `[lab]` section of a TOML file, checked as a whole."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from pydantic import ValidationError

from simulators.control.place import Place
from simulators.devices import MODELS
from simulators.dialogue import TextDevice
from simulators.errors import ScenarioError
from simulators.faults import Fault, Framing, objection
from simulators.files import read_bounded
from simulators.frames import FrameDevice
from simulators.schema import SERIAL_BAUD, DeviceTable, FaultTable, LabTable, WireTable
from simulators.specs import DeviceSpec, Scenario, WireSpec
from simulators.substitute import Problem, did_you_mean, locate, substitute
from simulators.wire.pace import Pace

if TYPE_CHECKING:
    from simulators.device import Device

LARGEST = 1024 * 1024
"""Bytes of a scenario."""


def read_scenario(path: Path) -> Scenario:
    """Read the `[lab]` section of a file; everything else in it is ignored.

    Raises:
        ScenarioError: the file cannot be read, or the section is wrong; all that is wrong is
            named with its key.
    """
    try:
        text = read_bounded(path, LARGEST).decode()
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: not UTF-8: {error.reason}") from error
    return parse_scenario(text, source=str(path), folder=path.parent)


def parse_scenario(text: str, *, source: str = "scenario", folder: Path = Path()) -> Scenario:
    """The same for text; relative paths of ptys are taken from ``folder``.

    Raises:
        ScenarioError: the text is wrong.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers and nesting without end are no TOML
        raise ScenarioError(f"{source}: {error}") from error
    section: object = document.get("lab")
    if not isinstance(section, dict):
        raise ScenarioError(f"{source}: lab: there is no [lab] section")
    return build_scenario(document["lab"], source=source, folder=folder)


def build_scenario(section: object, *, source: str = "scenario", folder: Path = Path()) -> Scenario:
    """The same for the contents of a `[lab]` section.

    Raises:
        ScenarioError: they are wrong.
    """
    problems: list[Problem] = []
    table = _validate(substitute(section, "lab", problems), problems)
    scenario = None if table is None else _Checker(table, folder, problems).scenario()
    if problems or scenario is None:
        raise ScenarioError("\n".join(f"{source}: {key}: {words}" for key, words in problems))
    return scenario


def _validate(section: object, problems: list[Problem]) -> LabTable | None:
    try:
        return LabTable.model_validate(section)
    except ValidationError as error:
        problems += [(locate("lab", each["loc"]), each["msg"]) for each in error.errors()]
        return None


class _Checker:
    """Checks what one table cannot know about the others, and builds the scenario."""

    def __init__(self, table: LabTable, folder: Path, problems: list[Problem]) -> None:
        self._table = table
        self._folder = folder
        self._problems = problems
        self._devices: dict[str, Device] = {}
        self._framings: dict[str, Framing] = {}

    def scenario(self) -> Scenario:
        """The scenario; worth something only if no problem was found."""
        table = self._table
        devices = tuple(self._device(name, each) for name, each in table.device.items())
        wires = tuple(self._wire(name, each) for name, each in table.wire.items())
        faults = tuple(self._fault(i, each) for i, each in enumerate(table.fault))
        return Scenario(
            seed=table.seed,
            speed=table.speed,
            control=self._control(table.control),
            wires=wires,
            devices=devices,
            faults=faults,
        )

    def _control(self, place: str | None) -> str | None:
        if place is None:
            return None
        try:
            return str(Place.parse(place, self._folder))
        except ValueError as error:
            self._say("control", str(error))
            return None

    def _say(self, key: str, words: str) -> None:
        self._problems.append((f"lab.{key}", words))

    def _device(self, name: str, table: DeviceTable) -> DeviceSpec:
        key, options = f"device.{name}", table.model_extra or {}
        if table.wire not in self._table.wire:
            hint = did_you_mean(table.wire, self._table.wire)
            self._say(f"{key}.wire", f"there is no wire {table.wire!r}{hint}")
        if table.model in MODELS:
            self._try(name, table.model, options)
        else:
            hint = did_you_mean(table.model, MODELS)
            self._say(f"{key}.model", f"there is no model {table.model!r}{hint}")
        return DeviceSpec(
            name=name,
            model=table.model,
            wire=table.wire,
            unit=table.unit,
            options=options,
            turnaround=table.turnaround,
        )

    def _try(self, name: str, model: str, options: Mapping[str, object]) -> None:
        try:
            self._devices[name] = MODELS[model].create(options, Random(0))
        except ValidationError as error:
            for each in error.errors():
                self._say(locate(f"device.{name}", each["loc"]), each["msg"])

    def _wire(self, name: str, table: WireTable) -> WireSpec:
        framing = self._framings[name] = self._framing(name, table)
        return WireSpec(
            name=name,
            pty=None if table.pty is None else self._folder / table.pty,
            tcp=None if table.tcp is None else table.host_and_port,
            pace=self._pace(table),
            framing=framing,
            turnaround=table.turnaround,
        )

    @staticmethod
    def _pace(table: WireTable) -> Pace:
        return Pace.of(
            SERIAL_BAUD if table.baud is None and table.pty is not None else table.baud,
            table.character_bits,
            gap=table.character_gap,
            exact=table.pacing == "exact",
        )

    def _framing(self, name: str, table: WireTable) -> Framing:
        key = f"wire.{name}"
        devices = {n: each for n, each in self._table.device.items() if each.wire == name}
        text = any(_speaks_text(each.model) for each in devices.values())
        binary = [each.model for each in devices.values() if _is_a(each.model, FrameDevice)]
        if not devices:
            self._say(key, "no device is on this wire")
        if binary and len({each.model for each in devices.values()}) > 1:
            self._say(key, f"{binary[0]} shares a wire only with its like")
        if text:
            self._check_addresses(key, devices)
        else:
            self._check_units(key, devices)
        modbus: Framing = "rtu" if table.pty is not None else "tcp"
        natural: Framing = "text" if text else "binary" if binary else modbus
        chosen = table.framing or natural
        wrong = (chosen == "text") != text or (chosen == "binary") != bool(binary)
        if wrong or (chosen == "tcp" and table.pty is not None):
            self._say(f"{key}.framing", f"{chosen!r} does not suit its devices or its kind")
        return chosen

    def _check_units(self, key: str, devices: Mapping[str, DeviceTable]) -> None:
        seen: dict[int, str] = {}
        for name, table in devices.items():
            if other := seen.get(table.unit):
                self._say(key, f"{other} and {name} are both unit {table.unit}")
            seen[table.unit] = name

    def _check_addresses(self, key: str, names: Iterable[str]) -> None:
        built = {name: self._devices[name] for name in names if name in self._devices}
        seen: dict[str, str] = {}
        for name, device in built.items():
            address = device.address if isinstance(device, TextDevice) else ""
            if len(built) > 1 and not address:
                self._say(key, f"{name} has no address and must be alone on its wire")
            elif other := seen.get(address):
                self._say(key, f"{other} and {name} both have address {address!r}")
            seen[address] = name

    def _fault(self, index: int, table: FaultTable) -> Fault:
        key, fault = f"fault[{index}]", table.fault()
        device = self._devices.get(table.device)
        framing = self._framings.get(self._wire_of(table.device))
        if table.device not in self._table.device:
            hint = did_you_mean(table.device, self._table.device)
            self._say(f"{key}.device", f"there is no device {table.device!r}{hint}")
        elif device and framing and (problem := objection(fault, device, framing)):
            self._say(f"{key}.kind", problem)
        return fault

    def _wire_of(self, device: str) -> str:
        table = self._table.device.get(device)
        return table.wire if table else ""


def _speaks_text(model: str) -> bool:
    return _is_a(model, TextDevice)


def _is_a(model: str, kind: type[TextDevice | FrameDevice]) -> bool:
    return model in MODELS and issubclass(MODELS[model], kind)
