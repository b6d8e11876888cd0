"""``type = "limit"``: a value beyond a limit."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from daq.alarms.board import Priority
from daq.config.alarm.base import NotNegative, Number, OnChannel


def limit_name(table: str, key: str) -> str:
    """The name of the alarm of a limit."""
    return f"{table}.{key.replace('_', '-')}"


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
