"""From the alarms of a configuration to rules."""

from collections.abc import Iterator

from daq.alarms.board import Sort
from daq.alarms.conditions.limit import Limit
from daq.alarms.rule import Point, Rule, Settings
from daq.build.conditions import condition_of, ns
from daq.config.alarm import AnyAlarm, CombinationAlarm, LimitAlarm, limit_name
from daq.config.config import Config


def build_rules(config: Config) -> list[Rule]:
    """The rules of all alarms, new and without a past."""
    return [rule for name, alarm in config.alarm.items() for rule in _rules(name, alarm)]


def _rules(name: str, alarm: AnyAlarm) -> Iterator[Rule]:
    if not isinstance(alarm, LimitAlarm):
        yield Rule(_settings(name, alarm), condition_of(alarm))
        return
    for key, limit in alarm.limits:
        priority = alarm.urgent_priority if key in ("low_low", "high_high") else alarm.priority
        made = alarm.model_copy(update={"priority": priority})
        condition = Limit(limit, above="high" in key, dead_band=alarm.dead_band)
        yield Rule(_settings(limit_name(name, key), made), condition)


def _settings(name: str, alarm: AnyAlarm) -> Settings:
    return Settings(
        sort=Sort(name=name, priority=alarm.priority, title=alarm.title, group=alarm.group),
        points=tuple(map(_point, alarm.channels.values())),
        members=alarm.of if isinstance(alarm, CombinationAlarm) else (),
        when=alarm.when or "",
        unless=alarm.unless or "",
        on_delay=ns(alarm.on_delay),
        off_delay=ns(alarm.off_delay),
    )


def _point(channel: str) -> Point:
    instrument, *group, name = channel.split(".")
    return Point(instrument, name, group[0] if group else "")
