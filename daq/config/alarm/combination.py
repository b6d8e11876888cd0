"""``type = "combination"``: several alarms together."""

from typing import Literal

from pydantic import Field

from daq.config.alarm.base import AnyAlarm, Delay, Reference


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
