"""Devices that answer whatever unit or address is asked for are found many times: they are one."""

from collections.abc import Sequence

import msgspec

from daq.scan.finding import Found
from daq.scan.plan import Ask, Seek, Step
from drivers.model import Identity

ALIKE = 3
"""So many units or addresses must have been tried, and all have answered alike."""


def collapse(found: Sequence[Found], steps: Sequence[Step]) -> list[Found]:
    """What was found by these steps, each device once.

    Many Modbus TCP devices do not look at the unit, and some others not at their address. What is
    written in two ways, as 1 and 01, is one address.
    """
    kept: dict[object, list[Found]] = {}
    for each in found:
        same = kept.setdefault((each.framing, _profile(each)), [])
        if not any(_number(each) == _number(other) for other in same):
            same.append(each)
    return [each for group in kept.values() for each in _merged(group, _tried(group[0], steps))]


def _merged(group: list[Found], tried: int) -> list[Found]:
    first, last = group[0], group[-1]
    whole = not first.where or first.framing == "rtu"
    if whole or tried < ALIKE or len(group) < tried or len(set(map(_identity, group))) > 1:
        return group
    remark = f"answers as {first.where} to {last.where}, and perhaps as any: it is one device"
    return [msgspec.structs.replace(first, remark=remark)]


def _tried(found: Found, steps: Sequence[Step]) -> int:
    """How many different units or addresses were asked for this."""
    if found.unit is not None:
        return sum(isinstance(step, Seek) and step.framing == found.framing for step in steps)
    asked = {
        _canonical(candidate.address)
        for step in steps
        if isinstance(step, Ask)
        for candidate in step.candidates
        if candidate.known.reference == _profile(found)
    }
    return len(asked)


def _profile(found: Found) -> str:
    return found.matches[0].profile if found.matches else ""


def _identity(found: Found) -> Identity | None:
    return found.matches[0].identity if found.matches else None


def _number(found: Found) -> object:
    return found.unit if found.unit is not None else _canonical(found.address)


def _canonical(address: str | None) -> object:
    return int(address) if address is not None and address.isdecimal() else address
