"""``type = "flood"``: more alarms than one person can attend to."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from daq.alarms.board import Priority
from daq.config.alarm.base import AnyAlarm, Window
from daq.config.types import INTEGER

Count = Annotated[int, Field(strict=True, ge=1, le=1000), INTEGER]


class FloodAlarm(AnyAlarm, frozen=True):
    """More new alarms than one person can attend to; less urgent ones are held back meanwhile."""

    type: Literal["flood"] = Field(description="the kind")
    more_than: Count = Field(default=10, description="new alarms within the window: it begins")
    until_below: Count = Field(default=5, description="new alarms within the window: it is over")
    window: Window = Field(default=600.0, description="the time in which they are counted")
    hold_back: tuple[Priority, ...] = Field(
        default=("low",), description="priorities that people are told of only when it is over"
    )

    @model_validator(mode="after")
    def _ends(self) -> "FloodAlarm":
        if self.until_below > self.more_than + 1:
            raise ValueError("until_below must not be above more_than + 1: it would never begin")
        return self
