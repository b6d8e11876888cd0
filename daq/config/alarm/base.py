"""What all alarms of a configuration have in common."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from daq.alarms.board import Priority
from daq.config.types import NUMBER, Duration, Table, Text, Within
from drivers.tomlfile import Expects

CHANNEL = '"instrument.channel" or "instrument.group.channel"'


def _channel(value: str) -> str:
    if not all(value.split(".")) or value.count(".") not in (1, 2):
        raise ValueError(f"must be {CHANNEL}")
    return value


ChannelName: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_channel),
    Expects(CHANNEL),
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

    channel: ChannelName = Field(description="the channel: " + CHANNEL)
