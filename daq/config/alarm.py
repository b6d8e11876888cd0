"""``[alarm.NAME]``: what is watched, and how much depends on it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from daq.alarms.board import Priority
from daq.alarms.conditions.shewhart import WESTERN_ELECTRIC, Test
from daq.config.types import NUMBER, Duration, Table, Text, Within
from drivers.tomlfile import Expects

_CHANNEL = '"instrument.channel" or "instrument.group.channel"'


def _channel(value: str) -> str:
    if not all(value.split(".")) or value.count(".") not in (1, 2):
        raise ValueError(f"must be {_CHANNEL}")
    return value


ChannelName: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_channel),
    Expects(_CHANNEL),
]
Number: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False), NUMBER]
Positive: TypeAlias = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False), NUMBER]
NotNegative: TypeAlias = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False), NUMBER]
Reference: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Expects('the name of an alarm, such as "door-open" or "chamber.high"'),
]
Delay: TypeAlias = Annotated[Duration, Within("0s", "30d")]
Window: TypeAlias = Annotated[Duration, Within("10ms", "30d")]


def limit_name(table: str, key: str) -> str:
    """The name of the alarm of a limit."""
    return f"{table}.{key.replace('_', '-')}"


class AnyAlarm(Table, frozen=True):
    """What all alarms have in common."""

    priority: Priority = Field(
        default="medium",
        description='how much depends on it; "none" is a condition for other alarms alone',
    )
    title: Text = Field(default="", description="what people call it")
    group: Text = Field(default="", description="alarms among which the first one out is marked")
    when: Reference | None = Field(
        default=None, description="the alarm that must hold, or this one is suppressed by design"
    )
    unless: Reference | None = Field(
        default=None, description="the alarm that must not hold, or this one is suppressed"
    )
    on_delay: Delay = Field(default=0.0, description="how long the condition holds first")
    off_delay: Delay = Field(default=0.0, description="how long the condition is over first")

    def names(self, name: str) -> tuple[str, ...]:
        """The alarms that the table of this name makes."""
        return (name,)

    @property
    def channels(self) -> dict[str, str]:
        """The channels it reads, by key."""
        return {
            key: value
            for key in ("channel", "set_point")
            if isinstance(value := getattr(self, key, None), str)
        }

    @property
    def others(self) -> dict[tuple[str | int, ...], str]:
        """The alarms it needs, by key."""
        return {
            (key,): value for key in ("when", "unless") if (value := getattr(self, key)) is not None
        }


class OnChannel(AnyAlarm, frozen=True):
    """An alarm on one channel."""

    channel: ChannelName = Field(description="the channel: " + _CHANNEL)


class LimitAlarm(OnChannel, frozen=True):
    """Limits of a channel; each is an alarm of its own: NAME.high, NAME.high-high ..."""

    type: Literal["limit"] = Field(description="the kind")
    low_low: Number | None = Field(default=None, description="below it: `urgent_priority`")
    low: Number | None = Field(default=None, description="below it: `priority`")
    high: Number | None = Field(default=None, description="above it: `priority`")
    high_high: Number | None = Field(default=None, description="above it: `urgent_priority`")
    dead_band: NotNegative = Field(default=0.0, description="by how much the value must be back")
    urgent_priority: Priority = Field(
        default="critical", description="of `low_low` and `high_high`"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "LimitAlarm":
        given = dict(self.limits)
        if not given:
            raise ValueError("needs one of low_low, low, high, high_high")
        for (lower, low), (upper, high) in pairwise(given.items()):
            if low >= high:
                raise ValueError(f"{lower} must be below {upper}")
        return self

    def names(self, name: str) -> tuple[str, ...]:
        """One for each limit."""
        return tuple(limit_name(name, key) for key, _ in self.limits)

    @property
    def limits(self) -> Iterator[tuple[str, float]]:
        """Those that are given, from the lowest to the highest."""
        for key in ("low_low", "low", "high", "high_high"):
            if (value := getattr(self, key)) is not None:
                yield key, value


class ChangeAlarm(OnChannel, frozen=True):
    """A channel that rises or falls too fast."""

    type: Literal["change"] = Field(description="the kind")
    rise: Positive | None = Field(default=None, description="allowed rise within the window")
    fall: Positive | None = Field(default=None, description="allowed fall within the window")
    window: Window = Field(description="the time within which it may change so much")

    @model_validator(mode="after")
    def _one(self) -> "ChangeAlarm":
        if self.rise is None and self.fall is None:
            raise ValueError("needs rise, fall or both")
        return self


class DeviationAlarm(OnChannel, frozen=True):
    """A channel that does not follow its set-point."""

    type: Literal["deviation"] = Field(description="the kind")
    set_point: ChannelName = Field(description="the channel of the set-point")
    by: Positive = Field(description="allowed distance")
    dead_band: NotNegative = Field(default=0.0, description="by how much it must be back")
    settle: Delay = Field(
        default=0.0,
        description="time the value has to arrive after the set-point jumped by more than `by`",
    )


class StaleAlarm(OnChannel, frozen=True):
    """A channel that gives no reading of use."""

    type: Literal["stale"] = Field(description="the kind")
    after: Window = Field(description="time without a reading of use")


class QualityAlarm(OnChannel, frozen=True):
    """A channel whose readings are bad."""

    type: Literal["quality"] = Field(description="the kind")
    at_least: Literal["uncertain", "bad"] = Field(default="bad", description="how poor they are")


class FlatAlarm(OnChannel, frozen=True):
    """A channel that does not move."""

    type: Literal["flat"] = Field(description="the kind")
    window: Window = Field(description="time without movement")
    band: NotNegative = Field(default=0.0, description="what does not count as movement")


class StateAlarm(OnChannel, frozen=True):
    """A channel that has one of some values: the door is open, the run is on."""

    type: Literal["state"] = Field(description="the kind")
    values: tuple[bool | int | float | str, ...] = Field(
        min_length=1, description="numbers, texts, true or false"
    )


class CombinationAlarm(AnyAlarm, frozen=True):
    """Several alarms together."""

    type: Literal["combination"] = Field(description="the kind")
    need: Literal["all", "any", "none"] = Field(description="how many of them must hold")
    of: tuple[Reference, ...] = Field(min_length=1, description="names of alarms")
    within: Delay = Field(default=0.0, description="how long one counts after it has held")

    @property
    def others(self) -> dict[tuple[str | int, ...], str]:
        """The alarms it needs, by key."""
        members: dict[tuple[str | int, ...], str] = {
            ("of", index): name for index, name in enumerate(self.of)
        }
        return members | super().others


class ChartAlarm(OnChannel, frozen=True):
    """What control charts have in common."""

    mean: Number = Field(description="mean of a sample while all is well")
    sigma: Positive = Field(description="standard deviation of a sample while all is well")
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


class TrendAlarm(OnChannel, frozen=True):
    """A trend that will reach a limit soon."""

    type: Literal["trend"] = Field(description="the kind")
    above: Number | None = Field(default=None, description="the limit it must not rise to")
    below: Number | None = Field(default=None, description="the limit it must not fall to")
    window: Window = Field(description="time over which the line is drawn")
    horizon: Window = Field(description="how soon the limit is reached")

    @model_validator(mode="after")
    def _one(self) -> "TrendAlarm":
        if (self.above is None) == (self.below is None):
            raise ValueError("needs above or below, one of them")
        return self


AlarmConfig: TypeAlias = Annotated[
    LimitAlarm
    | ChangeAlarm
    | DeviationAlarm
    | StaleAlarm
    | QualityAlarm
    | FlatAlarm
    | StateAlarm
    | CombinationAlarm
    | ShewhartAlarm
    | EwmaAlarm
    | CusumAlarm
    | TrendAlarm,
    Field(discriminator="type"),
]
"""The ``type`` says which."""

KINDS: tuple[type[AnyAlarm], ...] = (
    LimitAlarm,
    ChangeAlarm,
    DeviationAlarm,
    StaleAlarm,
    QualityAlarm,
    FlatAlarm,
    StateAlarm,
    CombinationAlarm,
    ShewhartAlarm,
    EwmaAlarm,
    CusumAlarm,
    TrendAlarm,
)


def kind_of(model: type[AnyAlarm]) -> str:
    """What stands under ``type``."""
    return str(get_args(model.model_fields["type"].annotation)[0])
