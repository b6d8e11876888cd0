"""``type = "run"``: something holds while a run goes on; for ``when`` and ``unless`` of others."""

from typing import Literal

from pydantic import Field

from daq.config.alarm.base import AnyAlarm
from daq.config.types import Flag, Name


class RunAlarm(AnyAlarm, frozen=True):
    """A run goes on: so that other alarms are enabled in runs alone, or outside of them."""

    type: Literal["run"] = Field(description="the kind")
    instrument: Name | None = Field(
        default=None, description="a run with this instrument; any when left out"
    )
    paused: Flag = Field(default=False, description="true: while it is paused, too")
