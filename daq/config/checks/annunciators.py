"""Each annunciator: its bus is there and speaks Modbus, its coils are its own."""

import os
from collections.abc import Iterator
from pathlib import Path

from daq.config.annunciator import CoilAnnunciator, CommandAnnunciator
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from drivers.tomlfile import did_you_mean


def check_annunciators(parts: Parts) -> Iterator[Finding]:
    """Check every annunciator."""
    owners: dict[tuple[str, int, int], str] = {}
    for name, each in parts.annunciators.items():
        if isinstance(each, CommandAnnunciator):
            yield from _command(name, each)
        else:
            yield from _bus(parts, name, each)
            for key, coil in each.coils.items():
                first = owners.setdefault((each.bus, each.unit, coil), name)
                if first != name:
                    text = f"annunciator {first} writes the same coil"
                    yield Finding(("annunciator", name, key), text)
        yield from _groups(parts, name, each.groups)


def _bus(parts: Parts, name: str, each: CoilAnnunciator) -> Iterator[Finding]:
    path = ("annunciator", name, "bus")
    if each.bus not in parts.bus_names:
        hint = did_you_mean(each.bus, parts.bus_names)
        hint = hint or f"have: {', '.join(parts.bus_names) or 'none'}"
        yield Finding(path, f'no bus "{each.bus}"', hint)
    others = {f.protocol for _, _, f in parts.on_bus(each.bus) if f.protocol != "modbus"}
    if others:
        text = f"bus {each.bus} speaks {' and '.join(sorted(others))}; coils are written in Modbus"
        yield Finding(path, text, "connect the unit to a bus of its own")


def _command(name: str, each: CommandAnnunciator) -> Iterator[Finding]:
    program = Path(each.run[0])
    if not (program.is_file() and os.access(program, os.X_OK)):
        text = f"{program} is no program that can be run here"
        yield Finding(("annunciator", name, "run"), text, warning=True)


def _groups(parts: Parts, name: str, groups: tuple[str, ...]) -> Iterator[Finding]:
    known = sorted({alarm.group for alarm in parts.alarms.values() if alarm.group})
    for index, group in enumerate(groups):
        if group not in known and not parts.alarm_names - parts.alarms.keys():
            hint = did_you_mean(group, known) or f"have: {', '.join(known) or 'none'}"
            path = ("annunciator", name, "groups", index)
            yield Finding(path, f'no alarm has the group "{group}"', hint, warning=True)
