"""From the alarm of a configuration to the condition of its rule."""

import math
from functools import singledispatch

from daq.alarms.conditions.change import Change
from daq.alarms.conditions.check_standard import CheckStandard, Limits
from daq.alarms.conditions.combination import Combination
from daq.alarms.conditions.condition import Condition
from daq.alarms.conditions.cusum import Cusum
from daq.alarms.conditions.deviation import Deviation
from daq.alarms.conditions.equals import Equals
from daq.alarms.conditions.ewma import Ewma
from daq.alarms.conditions.flat import Flat
from daq.alarms.conditions.flood import Flood
from daq.alarms.conditions.in_run import InRun
from daq.alarms.conditions.quality import QualityIs
from daq.alarms.conditions.shewhart import Shewhart
from daq.alarms.conditions.stale import Stale
from daq.alarms.conditions.trend import Trend
from daq.config.alarm import (
    AnyAlarm,
    ChangeAlarm,
    CheckStandardAlarm,
    CombinationAlarm,
    CusumAlarm,
    DeviationAlarm,
    EwmaAlarm,
    FlatAlarm,
    FloodAlarm,
    QualityAlarm,
    RunAlarm,
    ShewhartAlarm,
    StaleAlarm,
    StateAlarm,
    TrendAlarm,
)
from drivers.model import Quality
from drivers.reason import status_of


def ns(seconds: float) -> int:
    """Seconds of a configuration as ns of a rule."""
    return round(seconds * 1e9)


@singledispatch
def condition_of(alarm: AnyAlarm) -> Condition:
    """The condition of an alarm; a limit has several, and is not among them."""
    raise AssertionError(f"no condition for {type(alarm)}")


@condition_of.register
def _(alarm: ChangeAlarm) -> Condition:
    limits = {"rise": alarm.rise, "fall": alarm.fall}
    given = {key: limit for key, limit in limits.items() if limit is not None}
    return Change(ns(alarm.window), **given)


@condition_of.register
def _(alarm: DeviationAlarm) -> Condition:
    return Deviation(alarm.by, alarm.dead_band, ns(alarm.settle), alarm.side)


@condition_of.register
def _(alarm: StaleAlarm) -> Condition:
    return Stale(ns(alarm.after))


@condition_of.register
def _(alarm: RunAlarm) -> Condition:
    return InRun(alarm.instrument or "", paused=alarm.paused)


@condition_of.register
def _(alarm: QualityAlarm) -> Condition:
    return QualityIs(Quality[alarm.at_least.upper()], map(status_of, alarm.reasons))


@condition_of.register
def _(alarm: FlatAlarm) -> Condition:
    return Flat(ns(alarm.window), alarm.band)


@condition_of.register
def _(alarm: StateAlarm) -> Condition:
    return Equals(alarm.values)


@condition_of.register
def _(alarm: CombinationAlarm) -> Condition:
    return Combination(alarm.need, alarm.of, ns(alarm.within))


@condition_of.register
def _(alarm: FloodAlarm) -> Condition:
    return Flood(ns(alarm.window), alarm.more_than, alarm.until_below, alarm.hold_back)


@condition_of.register
def _(alarm: ShewhartAlarm) -> Condition:
    return Shewhart(alarm.mean, alarm.sigma, ns(alarm.every), alarm.tests)


@condition_of.register
def _(alarm: EwmaAlarm) -> Condition:
    return Ewma(alarm.mean, alarm.sigma, ns(alarm.every), alarm.weight, alarm.width)


@condition_of.register
def _(alarm: CusumAlarm) -> Condition:
    return Cusum(alarm.mean, alarm.sigma, ns(alarm.every), alarm.slack, alarm.decision)


@condition_of.register
def _(alarm: CheckStandardAlarm) -> Condition:
    limits = Limits(
        tolerance=alarm.tolerance or math.inf,
        bias=alarm.bias,
        sigma=alarm.sigma or math.inf,
        horizon=ns(alarm.horizon or 0),
        overdue=ns(alarm.overdue or 0),
    )
    during = alarm.during is not None
    hold = ns(alarm.hold)
    return CheckStandard(alarm.nominal, alarm.near, hold, limits, alarm.last, during=during)


@condition_of.register
def _(alarm: TrendAlarm) -> Condition:
    above = alarm.above is not None
    limit = alarm.above if alarm.above is not None else alarm.below
    assert limit is not None  # noqa: S101 - the model demands one
    return Trend(limit, ns(alarm.window), ns(alarm.horizon), above=above)
