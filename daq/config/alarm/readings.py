"""Alarms on how the readings of a channel are and move."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from daq.config.alarm.base import (
    ChannelName,
    Delay,
    NotNegative,
    Number,
    OnChannel,
    Positive,
    Window,
)
from drivers.reason import status_of


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
    side: Literal["both", "above", "below"] = Field(
        default="both", description="on which side of the set-point it must not be"
    )
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
    reasons: tuple[str, ...] = Field(
        default=(), description='only for these, such as "sensor break"; all when left out'
    )

    @field_validator("reasons")
    @classmethod
    def _known(cls, reasons: tuple[str, ...]) -> tuple[str, ...]:
        for reason in reasons:
            status_of(reason)
        return reasons


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
