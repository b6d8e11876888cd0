"""From the templates of a profile to the alarms of an instrument. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

import msgspec
from pydantic import ValidationError

from daq.config.alarm import AlarmConfig
from daq.config.catalogue import ProfileFacts
from daq.config.checks.finding import Finding
from daq.config.instrument import InstrumentConfig
from daq.config.types import Table
from drivers.tomlfile import did_you_mean
from drivers.tomlfile.explain import explain

Entry: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]

CHANNELS = ("channel", "set_point")
OTHERS = ("when", "unless")


class Templated(msgspec.Struct, frozen=True):
    """An alarm that a profile makes: its name, where its keys stand, and the keys."""

    name: str
    template: str
    path: Path
    entry: dict[str, Any]


class _Tables(Table, frozen=True):
    """Stands for a file that would have the alarm in it."""

    alarm: dict[str, AlarmConfig]


def made_of(name: str, item: InstrumentConfig, facts: ProfileFacts) -> list[Templated]:
    """The alarms that an instrument has by its profile.

    A template of channels that are not read is left out, unless it is named.
    """
    kept = {key: change for key, change in _wanted(item, facts) if key in facts.alarms}
    named = item.alarms if isinstance(item.alarms, tuple) else _changed(item)
    read = _read(item, facts)
    merged = {key: {**facts.alarms[key], **change} for key, change in kept.items()}
    chosen = {
        key: entry
        for key, entry in merged.items()
        if key in named or all(entry[k] in read for k in CHANNELS if k in facts.alarms[key])
    }
    path = ("instrument", name, "alarms")
    return [
        Templated(f"{name}-{key}", key, (*path, key), _entry(name, item, entry, chosen))
        for key, entry in chosen.items()
    ]


def unknown(name: str, item: InstrumentConfig, facts: ProfileFacts) -> Iterator[Finding]:
    """What an instrument wants of its profile that is not there."""
    if item.alarms and not facts.alarms:
        hint = "describe them with [alarm.NAME] in the profile, or in this file"
        yield Finding(("instrument", name, "alarms"), f'"{item.profile}" has no alarms', hint)
        return
    keys = item.alarms if isinstance(item.alarms, (tuple, dict)) else ()
    for index, key in enumerate(keys):
        if key not in facts.alarms:
            hint = did_you_mean(key, facts.alarms) or f"have: {', '.join(facts.alarms)}"
            place = index if isinstance(keys, tuple) else key
            path = ("instrument", name, "alarms", place)
            yield Finding(path, f'"{item.profile}" has no alarm "{key}"', hint)


def validated(made: Templated) -> AlarmConfig | list[Finding]:
    """The alarm, or everything that is wrong with it."""
    data = {"alarm": {"x": made.entry}}
    try:
        return _Tables.model_validate(data).alarm["x"]
    except ValidationError as error:
        explained = dict.fromkeys(explain(detail, _Tables, data) for detail in error.errors())
        return [Finding((*made.path, *e.path[2:]), e.message, e.hint) for e in explained]


def _wanted(item: InstrumentConfig, facts: ProfileFacts) -> Iterator[tuple[str, Entry]]:
    """The templates an instrument wants, each with what is to be otherwise."""
    if isinstance(item.alarms, tuple):
        yield from ((key, {}) for key in item.alarms)
    elif item.alarms is not False:
        changes: Mapping[str, Any] = {} if item.alarms is True else item.alarms
        for key in facts.alarms:
            change = changes.get(key, True)
            if change is not False:
                yield key, {} if change is True else cast("Entry", change)


def _changed(item: InstrumentConfig) -> Sequence[str]:
    return tuple(item.alarms) if isinstance(item.alarms, dict) else ()


def _read(item: InstrumentConfig, facts: ProfileFacts) -> set[str]:
    return {name for group in item.group.values() for name in group.channels or facts.channels}


def _entry(
    name: str, item: InstrumentConfig, entry: Entry, siblings: Mapping[str, object]
) -> dict[str, Any]:
    """The keys as a configuration would have them: with the name of the instrument."""
    title = str(entry.get("title", ""))
    found = {"group": name, **entry, "title": f"{item.title or name}: {title}" if title else ""}
    for key in CHANNELS:
        if isinstance(channel := found.get(key), str) and "." not in channel:
            found[key] = f"{name}.{channel}"
    for key in OTHERS:
        if isinstance(other := found.get(key), str) and other.partition(".")[0] in siblings:
            found[key] = f"{name}-{other}"
    if isinstance(members := found.get("of"), list):
        known = cast("list[object]", members)
        found["of"] = [f"{name}-{m}" if m in siblings else m for m in known]
    if found.get("type") == "silent" and not {"instrument", "bus", "daemon"} & found.keys():
        found["instrument"] = name
    return found
