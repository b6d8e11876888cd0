"""From the alarms of a configuration to rules."""

from collections.abc import Iterator

from daq.alarms.board import Sort
from daq.alarms.conditions.away import Away
from daq.alarms.conditions.flood import Flood
from daq.alarms.conditions.limit import Limit
from daq.alarms.conditions.silent import Silent
from daq.alarms.flooding import UNNAMED
from daq.alarms.rule import Point, Rule, Settings
from daq.build.conditions import condition_of, ns
from daq.config.alarm import (
    AnyAlarm,
    CheckStandardAlarm,
    CombinationAlarm,
    FloodAlarm,
    LimitAlarm,
    SilentAlarm,
    limit_name,
)
from daq.config.config import Config


def build_rules(config: Config) -> list[Rule]:
    """The rules of all alarms, new and without a past.

    Where none counts floods one does, of which nobody is told as of an alarm.
    """
    made = [rule for name, alarm in config.alarm.items() for rule in _rules(config, name, alarm)]
    counted = any(isinstance(alarm, FloodAlarm) for alarm in config.alarm.values())
    return made if counted or not made else [*made, _unnamed_flood()]


def _unnamed_flood() -> Rule:
    return Rule(Settings(sort=Sort(name=UNNAMED, priority="none")), Flood())


def _rules(config: Config, name: str, alarm: AnyAlarm) -> Iterator[Rule]:
    if isinstance(alarm, SilentAlarm):
        yield _silent(config, name, alarm)
    elif isinstance(alarm, LimitAlarm):
        yield from _limits(name, alarm)
    else:
        yield Rule(_settings(name, alarm), condition_of(alarm))


def _silent(config: Config, name: str, alarm: SilentAlarm) -> Rule:
    if alarm.daemon:
        return Rule(_settings(name, alarm), Away(ns(alarm.longer_than)))
    instruments, bus = watched(config, alarm)
    return Rule(_settings(name, alarm, (instruments, bus)), Silent(instruments, bus))


def _limits(name: str, alarm: LimitAlarm) -> Iterator[Rule]:
    for key, limit in alarm.limits:
        priority = alarm.urgent_priority if key in ("low_low", "high_high") else alarm.priority
        made = alarm.model_copy(update={"priority": priority})
        condition = Limit(limit, above="high" in key, dead_band=alarm.dead_band)
        recipe = (key, limit, alarm.dead_band)
        yield Rule(_settings(limit_name(name, key), made, recipe), condition)


def watched(config: Config, alarm: SilentAlarm) -> tuple[tuple[str, ...], str]:
    """The instruments whose silence an alarm tells of, and the bus.

    A lost bus is told once: by the alarm of the bus where there is one, otherwise by those of its
    instruments.
    """
    if alarm.instrument is None:
        bus = alarm.bus or ""
        return tuple(sorted(n for n, i in config.instrument.items() if i.bus == bus)), bus
    bus = config.instrument[alarm.instrument].bus
    others = (a for a in config.alarm.values() if isinstance(a, SilentAlarm))
    return (alarm.instrument,), "" if any(other.bus == bus for other in others) else bus


def _settings(name: str, alarm: AnyAlarm, more: object = None) -> Settings:
    """``more`` is what the condition is made of beyond the keys of its own kind."""
    own = {*type(alarm).model_fields} - {*AnyAlarm.model_fields, "reference"}
    keys = {} if isinstance(alarm, LimitAlarm) else alarm.model_dump(include=own)
    return Settings(
        sort=Sort(name=name, priority=alarm.priority, title=alarm.title, group=alarm.group),
        points=tuple(map(point_of, alarm.channels.values())),
        members=_members(alarm),
        when=alarm.when or "",
        unless=alarm.unless or "",
        on_delay=ns(alarm.on_delay),
        off_delay=ns(alarm.off_delay),
        recipe=repr((type(alarm).__name__, keys, more)),
    )


def _members(alarm: AnyAlarm) -> tuple[str, ...]:
    if isinstance(alarm, CheckStandardAlarm):
        return (alarm.during,) if alarm.during else ()
    return alarm.of if isinstance(alarm, CombinationAlarm) else ()


def point_of(channel: str) -> Point:
    """What ``instrument.channel`` or ``instrument.group.channel`` means."""
    instrument, *group, name = channel.split(".")
    return Point(instrument, name, group[0] if group else "")
