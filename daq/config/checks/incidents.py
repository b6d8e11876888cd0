"""Incidents and procedures: what they name is there, and a rule is not without any alarm."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.incident import AlarmChoice
from drivers.tomlfile import did_you_mean


def check_incidents(parts: Parts) -> Iterator[Finding]:
    """Check every ``[incident.NAME]`` and ``[procedure.NAME]``."""
    for table, choices in (("incident", parts.incidents), ("procedure", parts.procedures)):
        for name, choice in choices.items():
            yield from _choice(parts, (table, name), choice)


def _choice(parts: Parts, path: tuple[str, str], choice: AlarmChoice) -> Iterator[Finding]:
    alarms = [made for name, alarm in parts.alarms.items() for made in alarm.names(name)]
    unsure = parts.alarm_names - parts.alarms.keys()
    for number, form in enumerate(choice.alarms):
        if not unsure and not any(fnmatchcase(made, form) for made in alarms):
            hint = did_you_mean(form, alarms) or f"have: {', '.join(alarms) or 'none'}"
            yield Finding((*path, "alarms", number), f'no alarm fits "{form}"', hint)
    rooms = [item.room for item in parts.instruments.values() if item.room]
    groups = [alarm.group for alarm in parts.alarms.values() if alarm.group]
    wanted: list[tuple[str, str, Iterable[str], Iterable[str]]] = [
        ("instruments", "instrument", choice.instruments, parts.instruments),
        ("rooms", "instrument in a room", choice.rooms, rooms),
        ("groups", "alarm of a group", choice.groups, () if unsure else groups),
    ]
    for key, what, names, there in wanted:
        known = list(dict.fromkeys(there))
        for number, name in enumerate(names):
            if name not in known and not (key == "groups" and unsure):
                hint = did_you_mean(name, known) or f"have: {', '.join(known) or 'none'}"
                yield Finding((*path, key, number), f'no {what} "{name}"', hint)
