"""Control charts: ``type = "shewhart"``, ``"ewma"``, ``"cusum"``."""

from typing import Annotated, Literal

from pydantic import Field

from daq.alarms.conditions.shewhart import WESTERN_ELECTRIC, Test
from daq.config.alarm.base import Delay, NotNegative, Number, OnChannel, Positive
from daq.config.types import NUMBER, Text


class ChartAlarm(OnChannel, frozen=True):
    """What control charts have in common."""

    mean: Number = Field(description="mean of a sample while all is well")
    sigma: Positive = Field(description="standard deviation of a sample while all is well")
    reference: Text = Field(
        default="", description="where mean and sigma are from, as `daq alarms reference` says it"
    )
    every: Delay = Field(
        default=0.0, description="a sample is the mean of this time; each reading when 0"
    )


class ShewhartAlarm(ChartAlarm, frozen=True):
    """A Shewhart chart; by default with the Western Electric rules."""

    type: Literal["shewhart"] = Field(description="the kind")
    tests: tuple[Test, ...] = Field(
        default=WESTERN_ELECTRIC, min_length=1, description="the rules to apply"
    )


class EwmaAlarm(ChartAlarm, frozen=True):
    """A chart of an exponentially weighted moving average."""

    type: Literal["ewma"] = Field(description="the kind")
    weight: Annotated[float, Field(strict=True, gt=0, le=1), NUMBER] = Field(
        default=0.1, description="weight of the newest sample"
    )
    width: Positive = Field(default=2.814, description="width of the limits, in its sigmas")


class CusumAlarm(ChartAlarm, frozen=True):
    """A chart of cumulative sums."""

    type: Literal["cusum"] = Field(description="the kind")
    slack: NotNegative = Field(default=0.5, description="what does not count, in sigmas")
    decision: Positive = Field(default=5.0, description="what a sum must exceed, in sigmas")
