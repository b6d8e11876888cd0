"""``[alarm.NAME]``: what is watched, and how much depends on it. A kind of alarm, a model."""

from typing import Annotated, TypeAlias, get_args

from pydantic import Field

from daq.config.alarm.base import AnyAlarm
from daq.config.alarm.charts import ChartAlarm, CusumAlarm, EwmaAlarm, ShewhartAlarm
from daq.config.alarm.check_standard import CheckStandardAlarm
from daq.config.alarm.combination import CombinationAlarm
from daq.config.alarm.flood import FloodAlarm
from daq.config.alarm.limit import LimitAlarm, limit_name
from daq.config.alarm.readings import (
    ChangeAlarm,
    DeviationAlarm,
    FlatAlarm,
    QualityAlarm,
    StaleAlarm,
    StateAlarm,
    TrendAlarm,
)
from daq.config.alarm.run import RunAlarm
from daq.config.alarm.silent import SilentAlarm

__all__ = [
    "KINDS",
    "AlarmConfig",
    "AnyAlarm",
    "ChangeAlarm",
    "ChartAlarm",
    "CheckStandardAlarm",
    "CombinationAlarm",
    "CusumAlarm",
    "DeviationAlarm",
    "EwmaAlarm",
    "FlatAlarm",
    "FloodAlarm",
    "LimitAlarm",
    "QualityAlarm",
    "RunAlarm",
    "ShewhartAlarm",
    "SilentAlarm",
    "StaleAlarm",
    "StateAlarm",
    "TrendAlarm",
    "kind_of",
    "limit_name",
]

AlarmConfig: TypeAlias = Annotated[
    LimitAlarm
    | ChangeAlarm
    | DeviationAlarm
    | StaleAlarm
    | SilentAlarm
    | RunAlarm
    | QualityAlarm
    | FlatAlarm
    | StateAlarm
    | CombinationAlarm
    | FloodAlarm
    | ShewhartAlarm
    | EwmaAlarm
    | CusumAlarm
    | TrendAlarm
    | CheckStandardAlarm,
    Field(discriminator="type"),
]
"""The ``type`` says which."""

KINDS: tuple[type[AnyAlarm], ...] = (
    LimitAlarm,
    ChangeAlarm,
    DeviationAlarm,
    StaleAlarm,
    SilentAlarm,
    RunAlarm,
    QualityAlarm,
    FlatAlarm,
    StateAlarm,
    CombinationAlarm,
    FloodAlarm,
    ShewhartAlarm,
    EwmaAlarm,
    CusumAlarm,
    TrendAlarm,
    CheckStandardAlarm,
)


def kind_of(model: type[AnyAlarm]) -> str:
    """What stands under ``type``."""
    return str(get_args(model.model_fields["type"].annotation)[0])
