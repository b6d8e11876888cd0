"""Where alarms are: in the rooms of the instruments they watch."""

import re
from collections.abc import Iterator, Mapping

from daq.config.config import Config


def rooms_of_alarms(config: Config) -> Mapping[str, frozenset[str]]:
    """The rooms of each alarm, as they stand in topics; those without are left out."""
    found = {
        name: frozenset(_rooms(config, name, frozenset()))
        for table, alarm in config.alarm.items()
        for name in alarm.names(table)
    }
    return {name: rooms for name, rooms in found.items() if rooms}


def in_topics(room: str) -> str:
    """A room as a level of a topic: letters and digits of any language, and ``-``."""
    return re.sub(r"[^\w.-]+", "-", room.strip()).strip("-")


def _rooms(config: Config, name: str, seen: frozenset[str]) -> Iterator[str]:
    """Of its channels, and of the alarms it is made of."""
    for table, alarm in config.alarm.items():
        if name in alarm.names(table) and name not in seen:
            watched = [channel.split(".")[0] for channel in alarm.channels.values()]
            watched += [one] if isinstance(one := getattr(alarm, "instrument", None), str) else []
            for each in watched:
                instrument = config.instrument.get(each)
                if room := in_topics(instrument.room if instrument else ""):
                    yield room
            for member in getattr(alarm, "of", ()):
                yield from _rooms(config, member, seen | {name})
