"""Where alarms are: in the rooms of the instruments they watch."""

import re
from collections.abc import Callable, Iterator, Mapping

from daq.config.alarm import AnyAlarm
from daq.config.config import Config


class RoomsInForce:
    """The rooms of the alarms of the configuration in force: asked often, and seldom changed."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self._known: Config | None = None
        self._rooms: Mapping[str, frozenset[str]] = {}

    def __call__(self) -> Mapping[str, frozenset[str]]:
        """As ``rooms_of_alarms`` has them."""
        config = self._config()
        if config is not self._known:
            self._known, self._rooms = config, rooms_of_alarms(config)
        return self._rooms


def rooms_of_alarms(config: Config) -> Mapping[str, frozenset[str]]:
    """The rooms of each alarm, as they stand in topics; those without are left out."""
    alarms = {name: alarm for table, alarm in config.alarm.items() for name in alarm.names(table)}
    found = {name: frozenset(_rooms(config, alarms, name, frozenset())) for name in alarms}
    return {name: rooms for name, rooms in found.items() if rooms}


def in_topics(room: str) -> str:
    """A room as a level of a topic: letters and digits of any language, and ``-``."""
    return re.sub(r"[^\w.-]+", "-", room.strip()).strip("-")


def _rooms(
    config: Config, alarms: Mapping[str, AnyAlarm], name: str, seen: frozenset[str]
) -> Iterator[str]:
    """Of its channels, and of the alarms it is made of."""
    if name in seen or name not in alarms:
        return
    alarm = alarms[name]
    watched = [channel.split(".")[0] for channel in alarm.channels.values()]
    watched += [one] if isinstance(one := getattr(alarm, "instrument", None), str) else []
    for each in watched:
        instrument = config.instrument.get(each)
        if room := in_topics(instrument.room if instrument else ""):
            yield room
    for member in getattr(alarm, "of", ()):
        yield from _rooms(config, alarms, member, seen | {name})
