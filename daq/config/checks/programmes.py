"""Programmes: channels are read, roles exist, a ramp begins somewhere, and there is an end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from daq.config.checks.channels import check_channel
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.programme import ProgrammeConfig, StepConfig
from drivers.tomlfile import did_you_mean

Path: TypeAlias = tuple[str | int, ...]

MOST = 10_000
"""Steps of a programme, each counted as often as it is repeated."""


def check_programmes(parts: Parts) -> Iterator[Finding]:
    """Check every ``[programme.NAME]``."""
    for name, programme in parts.programmes.items():
        path = ("programme", name)
        for key, channel in _channels(programme):
            yield from check_channel(parts, (*path, *key), channel)
        yield from _roles(programme, path)
        yield from _starts(programme, path)
        yield from _loops(programme, path)
        yield from _restarts(programme, path)
        yield from _idle(programme, path)


def _channels(programme: ProgrammeConfig) -> Iterator[tuple[Path, str]]:
    for name, role in programme.role.items():
        yield ("role", name, "channel"), role.channel
        if role.set_point is not None:
            yield ("role", name, "set_point"), role.set_point
    if programme.controller is not None:
        yield ("controller",), programme.controller


def _walk(steps: Sequence[StepConfig], path: Path) -> Iterator[tuple[Path, StepConfig]]:
    """Every step, those within others as well, in order."""
    for number, step in enumerate(steps):
        place = (*path, "step", number)
        yield place, step
        yield from _walk(_within(step), place)


def _within(step: StepConfig) -> Sequence[StepConfig]:
    return getattr(step, "step", ())


def _roles(programme: ProgrammeConfig, path: Path) -> Iterator[Finding]:
    known = list(programme.role)
    for place, step in _walk(programme.step, path):
        named: Mapping[str, Iterable[str]] = {
            "set": step.set,
            "rate": step.rate,
            "off": step.off,
            "tolerance": step.tolerance,
            "ramp_tolerance": step.ramp_tolerance,
        }
        for key, names in named.items():
            for number, name in enumerate(names):
                if name not in known:
                    at = number if key == "off" else name
                    hint = did_you_mean(name, known) or f"have: {', '.join(known)}"
                    yield Finding((*place, key, at), f'no role "{name}"', hint)


def _starts(programme: ProgrammeConfig, path: Path) -> Iterator[Finding]:
    """A ramp begins at the set point before; the first one at ``start``."""
    known = {name for name, role in programme.role.items() if role.start is not None}
    for place, step in _walk(programme.step, path):
        ramped = step.rate or (step.set if step.ramp else {})
        for name in ramped:
            if name in programme.role and name not in known:
                hint = f"set start in [{'.'.join(map(str, path))}.role.{name}], where it begins"
                yield Finding((*place, "set"), f"nothing says where {name} ramps from", hint)
        known |= step.set.keys()


def _loops(programme: ProgrammeConfig, path: Path) -> Iterator[Finding]:
    names: set[str] = set()
    for place, step in _walk(programme.step, path):
        if _within(step) and step.name in names:
            yield Finding((*place, "name"), f'there is another loop "{step.name}"')
        if _within(step):
            names.add(step.name)
    count = sum(map(_count, programme.step))
    if count > MOST:
        yield Finding((*path, "step"), f"{count} steps in all; {MOST} at most", "fewer cycles")


def _count(step: StepConfig) -> int:
    within = _within(step)
    if not within:
        return 2
    return (getattr(step, "cycles", None) or 1) * sum(map(_count, within))


def _restarts(programme: ProgrammeConfig, path: Path) -> Iterator[Finding]:
    if programme.out_of_band != "restart-step":
        return
    for place, step in _walk(programme.step, path):
        if step.dwell_from == "plan" and step.out_of_band is None:
            hint = 'set out_of_band = "clock" or "hold" in this step'
            message = "a dwell that counts from the plan would begin anew for ever"
            yield Finding((*place, "dwell_from"), message, hint)


def _idle(programme: ProgrammeConfig, path: Path) -> Iterator[Finding]:
    """A step in which nothing is controlled would go by whatever is measured."""
    on: set[str] = set()
    for place, step in _walk(programme.step, path):
        on = (on - {*step.off}) | step.set.keys()
        if not on and not _within(step):
            hint = "give it set = { ROLE = VALUE }"
            yield Finding(place, "no role has a set point in this step", hint)
