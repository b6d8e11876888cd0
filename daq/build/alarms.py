"""From the alarms of a configuration to rules."""

from collections.abc import Iterator
from functools import singledispatch

from daq.alarms.board import Sort
from daq.alarms.conditions.change import Change
from daq.alarms.conditions.combination import Combination
from daq.alarms.conditions.condition import Condition
from daq.alarms.conditions.cusum import Cusum
from daq.alarms.conditions.deviation import Deviation
from daq.alarms.conditions.equals import Equals
from daq.alarms.conditions.ewma import Ewma
from daq.alarms.conditions.flat import Flat
from daq.alarms.conditions.limit import Limit
from daq.alarms.conditions.quality import QualityIs
from daq.alarms.conditions.shewhart import Shewhart
from daq.alarms.conditions.stale import Stale
from daq.alarms.conditions.trend import Trend
from daq.alarms.rule import Point, Rule, Settings
from daq.config.alarm import (
    AnyAlarm,
    ChangeAlarm,
    CombinationAlarm,
    CusumAlarm,
    DeviationAlarm,
    EwmaAlarm,
    FlatAlarm,
    LimitAlarm,
    QualityAlarm,
    ShewhartAlarm,
    StaleAlarm,
    StateAlarm,
    TrendAlarm,
    limit_name,
)
from daq.config.config import Config
from drivers.model import Quality


def build_rules(config: Config) -> list[Rule]:
    """The rules of all alarms, new and without a past."""
    return [rule for name, alarm in config.alarm.items() for rule in _rules(name, alarm)]


def _rules(name: str, alarm: AnyAlarm) -> Iterator[Rule]:
    if not isinstance(alarm, LimitAlarm):
        yield Rule(_settings(name, alarm), _condition(alarm))
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
        on_delay=_ns(alarm.on_delay),
        off_delay=_ns(alarm.off_delay),
    )


def _point(channel: str) -> Point:
    instrument, *group, name = channel.split(".")
    return Point(instrument, name, group[0] if group else "")


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)


@singledispatch
def _condition(alarm: AnyAlarm) -> Condition:
    raise AssertionError(f"no condition for {type(alarm)}")


@_condition.register
def _(alarm: ChangeAlarm) -> Condition:
    limits = {"rise": alarm.rise, "fall": alarm.fall}
    given = {key: limit for key, limit in limits.items() if limit is not None}
    return Change(_ns(alarm.window), **given)


@_condition.register
def _(alarm: DeviationAlarm) -> Condition:
    return Deviation(alarm.by, alarm.dead_band, _ns(alarm.settle))


@_condition.register
def _(alarm: StaleAlarm) -> Condition:
    return Stale(_ns(alarm.after))


@_condition.register
def _(alarm: QualityAlarm) -> Condition:
    return QualityIs(Quality[alarm.at_least.upper()])


@_condition.register
def _(alarm: FlatAlarm) -> Condition:
    return Flat(_ns(alarm.window), alarm.band)


@_condition.register
def _(alarm: StateAlarm) -> Condition:
    return Equals(alarm.values)


@_condition.register
def _(alarm: CombinationAlarm) -> Condition:
    return Combination(alarm.need, alarm.of, _ns(alarm.within))


@_condition.register
def _(alarm: ShewhartAlarm) -> Condition:
    return Shewhart(alarm.mean, alarm.sigma, _ns(alarm.every), alarm.tests)


@_condition.register
def _(alarm: EwmaAlarm) -> Condition:
    return Ewma(alarm.mean, alarm.sigma, _ns(alarm.every), alarm.weight, alarm.width)


@_condition.register
def _(alarm: CusumAlarm) -> Condition:
    return Cusum(alarm.mean, alarm.sigma, _ns(alarm.every), alarm.slack, alarm.decision)


@_condition.register
def _(alarm: TrendAlarm) -> Condition:
    above = alarm.above is not None
    limit = alarm.above if alarm.above is not None else alarm.below
    assert limit is not None  # noqa: S101 - the model demands one
    return Trend(limit, _ns(alarm.window), _ns(alarm.horizon), above=above)
