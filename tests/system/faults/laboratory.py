"""A laboratory as data: instruments on lines and connections, and the file that describes both.

One file serves the daemon and ``daq sim run``. Every question of every scan group is known by
the words the simulator logs it with, so that an audit can say which replies were asked for a
scan and which only to find or to try an instrument.
"""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from drivers.modbus.profile import ModbusProfile
from drivers.registry import load_profile
from tests.servers.process import free_port


class Group(msgspec.Struct, frozen=True):
    """A scan group: its interval in ms, the channels (none: all), and the questions it takes."""

    interval: int
    questions: tuple[str, ...]
    channels: tuple[str, ...] = ()


class Instrument(msgspec.Struct, frozen=True):
    """An instrument on a bus. ``absent``: configured, but nobody is there."""

    model: str
    bus: str
    groups: Mapping[str, Group]
    unit: int = 0
    absent: bool = False


class Bus(msgspec.Struct, frozen=True):
    """A pseudo-terminal, or a TCP connection; ``framing`` where it is not the natural one."""

    kind: str
    framing: str = ""


class Question(msgspec.Struct, frozen=True):
    """One request of a scan group, as the simulator's log names it.

    ``probe``: the driver may also ask it to see whether an instrument that was silent answers.
    """

    instrument: str
    group: str
    request: str
    probe: bool = False


Sinks: TypeAlias = Mapping[str, Mapping[str, object]]
"""The keys of each ``[sink.NAME]``."""


class Laboratory(msgspec.Struct, frozen=True):
    """Everything a world is built from."""

    buses: Mapping[str, Bus]
    instruments: Mapping[str, Instrument]
    seed: int = 5
    journal: Mapping[str, object] = {}
    """More keys of ``[journal]``."""

    def questions(self) -> Iterator[Question]:
        """All requests that make scans."""
        for name, item in self.instruments.items():
            probes = _probes(item.model)
            for group, settings in item.groups.items():
                for request in settings.questions:
                    yield Question(name, group, request, request in probes)

    def on(self, bus: str) -> Iterator[tuple[str, Instrument]]:
        """The instruments of a bus."""
        return ((name, item) for name, item in self.instruments.items() if item.bus == bus)


@functools.cache
def _probes(model: str) -> frozenset[str]:
    profile = load_profile(model)
    if not isinstance(profile, ModbusProfile):
        return frozenset()
    requests = profile.layouts.probes
    return frozenset(
        f"read {each.function} 0x{each.address:04x} +{each.count}" for each in requests
    )


class Places(msgspec.Struct, frozen=True):
    """Where the buses of a laboratory are: paths of ptys, ports of connections."""

    pty: Mapping[str, Path]
    tcp: Mapping[str, int]

    @classmethod
    def find(cls, laboratory: Laboratory, folder: Path) -> "Places":
        """A path in the folder, or a free port, for each bus."""
        kinds = {name: bus.kind for name, bus in laboratory.buses.items()}
        return cls(
            {name: folder / name for name, kind in kinds.items() if kind == "pty"},
            {name: free_port() for name, kind in kinds.items() if kind == "tcp"},
        )


def text_of(
    laboratory: Laboratory, places: Places, sinks: Sinks, journal: Mapping[str, object]
) -> str:
    """The file: the daemon's part, then ``[lab]``."""
    tables: list[tuple[str, Mapping[str, object]]] = [
        ("site", {"name": "faults"}),
        ("journal", journal),
        *_buses(laboratory, places),
        *_instruments(laboratory),
        *((f"sink.{name}", keys) for name, keys in sinks.items()),
        ("lab", {"seed": laboratory.seed}),
        *_wires(laboratory, places),
        *_devices(laboratory),
    ]
    return "\n".join(_table(name, keys) for name, keys in tables)


def _buses(laboratory: Laboratory, places: Places) -> Iterator[tuple[str, Mapping[str, object]]]:
    common = {"timeout": "300ms", "quiet": "100ms", "retry_limit": "1s"}
    for name, bus in laboratory.buses.items():
        if bus.kind == "pty":
            yield f"bus.{name}", {"port": str(places.pty[name]), "baud": 115200, **common}
        else:
            framing = {"framing": bus.framing} if bus.framing else {}
            address = f"127.0.0.1:{places.tcp[name]}"
            yield f"bus.{name}", {"address": address, **framing, **common}


def _instruments(laboratory: Laboratory) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name, item in laboratory.instruments.items():
        unit = {"unit": item.unit} if item.unit else {}
        yield f"instrument.{name}", {"profile": item.model, "bus": item.bus, **unit}
        for group, settings in item.groups.items():
            channels = {"channels": list(settings.channels)} if settings.channels else {}
            keys = {"interval": f"{settings.interval}ms", **channels}
            yield f"instrument.{name}.group.{group}", keys


def _wires(laboratory: Laboratory, places: Places) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name, bus in laboratory.buses.items():
        framing = {"framing": bus.framing} if bus.framing else {}
        if bus.kind == "pty":
            yield f"lab.wire.{name}", {"pty": str(places.pty[name]), "baud": 115200}
        else:
            yield f"lab.wire.{name}", {"tcp": f"127.0.0.1:{places.tcp[name]}", **framing}


def _devices(laboratory: Laboratory) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name, item in laboratory.instruments.items():
        if not item.absent:
            unit = {"unit": item.unit} if item.unit else {}
            yield f"lab.device.{name}", {"model": item.model, "wire": item.bus, **unit}


def _table(name: str, keys: Mapping[str, object]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in keys.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _value(value: object) -> str:
    """A value of a TOML file; JSON's texts, numbers, booleans and lists are TOML's as well."""
    return msgspec.json.encode(value).decode()


VOLTS = ("voltage_l1", "voltage_l2", "voltage_l3", "current_l1", "current_l2", "current_l3")
METER = Group(25, ("read 4 0x0000 +12",), VOLTS)
PROBES = Group(200, ("read 3 0x0000 +4",), ("t1", "t2", "t3", "t4"))
FURNACE = Group(500, ("read 3 0x0002 +4",), ("target_setpoint", "output", "working_setpoint"))
VOLTAGE = Group(300, (":READ?",))
WEIGHT = Group(200, ("SI",))
ROOF = Group(
    250,
    ("read 4 0x0000 +38", "read 4 0x0156 +2"),
    (
        *("voltage", "current", "power", "apparent_power", "reactive_power"),
        *("power_factor", "phase", "energy_total"),
    ),
)


def every(interval: int, group: Group) -> Mapping[str, Group]:
    """The group as the only one, at another interval (ms)."""
    return {"all": msgspec.structs.replace(group, interval=interval)}


def fast_laboratory() -> Laboratory:
    """The same with two feeders that are asked every 10 ms: more than 200 scans a second."""
    usual = small_laboratory()
    fast = {
        name: Instrument("eastron-sdm630", name, every(10, METER), 1)
        for name in ("feeder", "feed-2")
    }
    return msgspec.structs.replace(
        usual,
        buses={**usual.buses, "feed-2": Bus("tcp")},
        instruments={**usual.instruments, **fast},
    )


def small_laboratory(*, absent: bool = False, **journal: object) -> Laboratory:
    """Seven instruments on five buses of every kind: RTU and text on ptys, TCP, RTU over TCP.

    About 64 scans a second. ``absent`` adds a unit to the shared line that is not there.
    """
    instruments: dict[str, Instrument] = {
        "mains": Instrument("eastron-sdm630", "line", every(200, METER), 1),
        "furnace": Instrument("eurotherm-3000", "line", {"all": FURNACE}, 2),
        "probes": Instrument("pta8c04", "line", {"all": PROBES}, 3),
        "feeder": Instrument("eastron-sdm630", "feeder", {"all": METER}, 1),
        "multimeter": Instrument("keithley-2000", "bench", {"all": VOLTAGE}),
        "balance": Instrument("mettler-sics", "scale", {"all": WEIGHT}),
        "roof": Instrument("eastron-sdm120", "roof", {"all": ROOF}, 7),
    }
    if absent:
        instruments["missing"] = Instrument(
            "eurotherm-3000", "line", every(1000, FURNACE), 9, absent=True
        )
    buses = {
        "line": Bus("pty"),
        "feeder": Bus("tcp"),
        "bench": Bus("pty"),
        "scale": Bus("tcp"),
        "roof": Bus("tcp", "rtu"),
    }
    return Laboratory(buses, instruments, journal=journal)
