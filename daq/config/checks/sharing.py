"""Instruments that share something: a bus, an address on it, an asset id."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.instrument import InstrumentConfig


def check_sharing(parts: Parts) -> Iterator[Finding]:
    """Check what must be unique, and who can share a bus with whom."""
    yield from _same(parts, "asset", _asset, "is the asset id of {first} too")
    yield from _same(parts, "serial_number", _serial, "is the serial number of {first} too")
    yield from _same(parts, "unit", _unit, "{first} has the same unit on bus {bus}")
    yield from _same(parts, "address", _address, "{first} has the same address on bus {bus}")
    for bus in parts.bus_names:
        yield from _alone(parts, bus)


def _same(
    parts: Parts, key: str, value: Callable[[InstrumentConfig], Hashable], message: str
) -> Iterator[Finding]:
    owners: dict[Hashable, str] = {}
    for name, instrument in parts.instruments.items():
        found = value(instrument)
        if found is None:
            continue
        first = owners.setdefault(found, name)
        if first != name:
            text = message.format(first=f"instrument {first}", bus=instrument.bus)
            yield Finding(("instrument", name, key), text)


def _asset(instrument: InstrumentConfig) -> Hashable:
    return instrument.asset or None


def _serial(instrument: InstrumentConfig) -> Hashable:
    return (instrument.profile, instrument.serial_number) if instrument.serial_number else None


def _unit(instrument: InstrumentConfig) -> Hashable:
    return None if instrument.unit is None else (instrument.bus, instrument.unit)


def _address(instrument: InstrumentConfig) -> Hashable:
    return None if instrument.address is None else (instrument.bus, instrument.address)


def _alone(parts: Parts, bus: str) -> Iterator[Finding]:
    """An instrument without an address answers to whatever is said on its line."""
    protocols: dict[str, list[str]] = defaultdict(list)
    alone: list[str] = []
    for name, instrument, facts in parts.on_bus(bus):
        protocols[facts.protocol].append(name)
        optional = re.fullmatch(facts.address, "") is not None
        if facts.protocol == "text" and instrument.address is None and optional:
            alone.append(name)
    names = [name for group in protocols.values() for name in group]
    for name in alone:
        others = [other for other in names if other != name]
        if others and name != names[0]:
            text = f"has no address, so it cannot share bus {bus} with {', '.join(others)}"
            yield Finding(("instrument", name, "bus"), text, "give it a bus of its own")
    if not alone and len(protocols) > 1:
        text = f"speaks {' and '.join(sorted(protocols))} on one line"
        yield Finding(("bus", bus), text, "make sure that every instrument tolerates it", True)  # noqa: FBT003 - a warning
