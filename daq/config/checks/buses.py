"""Each bus: it is used, its line fits its instruments, and no other bus has its port."""

import os
import re
from collections.abc import Iterator

from daq.config.bus import SerialBus, TcpBus
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts

_UNSTABLE = re.compile(r"/dev/tty\w*(USB|ACM)\d+")
_BINARY = {"modbus": "Modbus RTU", "binary": "binary frames"}
"""Protocols whose bytes need all eight bits, and how people call them."""
LINE_KEYS = ("baud", "data_bits", "parity", "stop_bits")
"""Keys of a serial bus that come from the profiles when they are not set."""


def check_buses(parts: Parts) -> Iterator[Finding]:
    """Check every bus."""
    yield from _ports(parts)
    for name, bus in parts.buses.items():
        if name not in parts.used_buses:
            yield Finding(("bus", name), "nothing uses this bus", warning=True)
        if isinstance(bus, SerialBus):
            yield from _line(parts, name, bus)
            yield from _stable_name(name, bus)


def _ports(parts: Parts) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, bus in parts.buses.items():
        first = owners.setdefault(_place(bus), name)
        if first == name:
            continue
        if isinstance(bus, TcpBus):
            text = f"bus {first} connects to the same address; many devices take one connection"
            yield Finding(("bus", name, "address"), text, warning=True)
        else:
            text = f"bus {first} has the same port"
            yield Finding(("bus", name, "port"), text, "instruments on one line share one bus")


def _place(bus: SerialBus | TcpBus) -> str:
    """Two names of one device, such as a link in /dev/serial/by-id and its target, are equal."""
    return bus.address.lower() if isinstance(bus, TcpBus) else os.path.realpath(bus.port)


def _stable_name(name: str, bus: SerialBus) -> Iterator[Finding]:
    if not _UNSTABLE.fullmatch(bus.port):
        return
    from drivers.transport.serial_ports import stable_name  # noqa: PLC0415 - 60 ms of imports

    better = stable_name(bus.port)
    text = f"{bus.port} may be another adapter after the next start, or when it is plugged in anew"
    hint = "use its name in /dev/serial/by-id or /dev/serial/by-path; `daq scan` lists them"
    if better != bus.port:
        hint = f'write port = "{better}"'
    yield Finding(("bus", name, "port"), text, hint, warning=True)


def _line(parts: Parts, name: str, bus: SerialBus) -> Iterator[Finding]:
    found = list(parts.on_bus(name))
    for key in LINE_KEYS:
        wanted = {instrument: getattr(facts.serial, key) for instrument, _, facts in found}
        if getattr(bus, key) is None and len(set(wanted.values())) > 1:
            said = ", ".join(f"{instrument} {value}" for instrument, value in wanted.items())
            text = "is missing; the instruments on this bus come with different ones"
            yield Finding(("bus", name, key), text, said)
    binary = {_BINARY[facts.protocol] for _, _, facts in found if facts.protocol in _BINARY}
    if binary and bus.data_bits == 7:  # noqa: PLR2004 - seven bits
        text = f"must be 8 for {' and '.join(sorted(binary))}, found 7"
        yield Finding(("bus", name, "data_bits"), text)
