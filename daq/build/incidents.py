"""From a configuration to what the daemon knows of incidents, and the parts that keep them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from daq.build.recordings import about_bus
from daq.config.alarm import AnyAlarm, CombinationAlarm
from daq.config.config import Config
from daq.config.incident import AlarmChoice, IncidentConfig, ProcedureConfig
from daq.daemon.running import Running
from daq.incidents.desk import Desk
from daq.incidents.follower import Follower
from daq.incidents.incident import Join, Reach
from daq.incidents.recorder import Recorder, Traffic, Wanted
from daq.incidents.rules import Choice, Opening, Procedure, Rules
from daq.journal.journal import Journal
from drivers.recording.piece import About, Page
from drivers.recording.ring import Ring

WAITING = 100
"""Buses whose traffic waits to be kept; there are never as many."""


def incident_folder(config: Config) -> Path:
    """Where the traffic of incidents is kept: beside the journal."""
    return config.journal.path.with_suffix(".incidents")


def incident_rules(config: Config) -> Rules:
    """What the configuration says of incidents."""
    alarms = {made: alarm for name, alarm in config.alarm.items() for made in alarm.names(name)}
    instruments = {name: _of_instrument(config, name) for name in config.instrument}
    return Rules(
        openings=tuple(_opening(name, item) for name, item in config.incident.items()),
        procedures=tuple(_procedure(name, item) for name, item in config.procedure.items()),
        reaches={name: _of_alarm(alarm, alarms, instruments) for name, alarm in alarms.items()},
        instruments=instruments,
        titles={name: alarm.title for name, alarm in alarms.items() if alarm.title},
    )


def build_incidents(
    running: Running, journal: Journal, clock: Callable[[], int]
) -> tuple[Follower, Recorder]:
    """The part that keeps incidents, and the one that keeps traffic with them."""
    wanted: asyncio.Queue[Wanted] = asyncio.Queue(WAITING)
    follower = Follower(journal, Desk(incident_rules(running.config)), clock, wanted)

    def traffic(bus: str) -> Traffic | None:
        poller = running.buses.get(bus)
        return None if poller is None else _Bus(about_bus(running.setup, bus), poller.ring)

    folder = incident_folder(running.config)
    return follower, Recorder(folder, wanted, traffic, follower.recorded)


class _Bus:
    """The ring of a bus, and what it is of."""

    def __init__(self, about: About, ring: Ring) -> None:
        self.about = about
        self._ring = ring

    @property
    def end(self) -> int:
        return self._ring.end

    def page(self, after: int) -> Page:
        return self._ring.page(after)


def _opening(name: str, item: IncidentConfig) -> Opening:
    join = Join(within=item.join_within, by=item.join_by)
    return Opening(name=name, choice=_choice(item, item.priorities), join=join, title=item.title)


def _procedure(name: str, item: ProcedureConfig) -> Procedure:
    choice = _choice(item, item.priorities)
    return Procedure(name=name, choice=choice, steps=item.steps, title=item.title)


def _choice(item: AlarmChoice, priorities: tuple[str, ...]) -> Choice:
    return Choice(
        priorities=priorities,
        alarms=item.alarms,
        groups=tuple(map(_line, item.groups)),
        rooms=tuple(map(_line, item.rooms)),
        instruments=item.instruments,
    )


def _of_instrument(config: Config, name: str) -> Reach:
    item = config.instrument[name]
    rooms = (_line(item.room),) if item.room.strip() else ()
    return Reach(instruments=(name,), rooms=rooms, buses=(item.bus,))


def _of_alarm(
    alarm: AnyAlarm, alarms: Mapping[str, AnyAlarm], instruments: Mapping[str, Reach]
) -> Reach:
    reach = Reach(groups=(_line(alarm.group),) if alarm.group.strip() else ())
    for name in _instruments(alarm, alarms):
        reach |= instruments[name]
    return reach


def _instruments(alarm: AnyAlarm, alarms: Mapping[str, AnyAlarm]) -> Iterator[str]:
    """Those whose channels it reads; of a combination, those of its members."""
    for channel in alarm.channels.values():
        yield channel.partition(".")[0]
    if isinstance(alarm, CombinationAlarm):
        for member in alarm.of:
            yield from _instruments(alarms[member], alarms)


def _line(text: str) -> str:
    """As the journal has it: on one line."""
    return " ".join(text.split())
