"""``type = "silent"``: a dead man's switch for instrument, bus and daemon."""

from typing import Literal

from pydantic import Field, model_validator

from daq.config.alarm.base import AnyAlarm, Window
from daq.config.types import Flag, Name


class SilentAlarm(AnyAlarm, frozen=True):
    """An instrument or a bus that gives nothing of use, or a daemon that was away."""

    type: Literal["silent"] = Field(description="the kind")
    instrument: Name | None = Field(
        default=None, description="an instrument; silent after its `silent_after`"
    )
    bus: Name | None = Field(
        default=None, description="a bus: it is lost, or all its instruments are silent"
    )
    daemon: Flag = Field(
        default=False,
        description="true: the daemon; told when it is back, for nobody else would",
    )
    longer_than: Window = Field(
        default=600.0,
        description="of the daemon: absence after a stop in order that is told; one after a kill "
        "or a loss of power always is",
    )

    @model_validator(mode="after")
    def _one(self) -> "SilentAlarm":
        if sum((self.instrument is not None, self.bus is not None, self.daemon)) != 1:
            raise ValueError("needs instrument, bus or daemon = true, one of them")
        if self.daemon and (self.on_delay or self.off_delay):
            raise ValueError("delays are for instrument and bus: an absence is over when told")
        return self
