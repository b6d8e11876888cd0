"""``type = "check-standard"``: drift, found by measuring the same standard again and again."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from daq.alarms.conditions.check_standard import MOST
from daq.config.alarm.base import Delay, Number, OnChannel, Positive, Reference
from daq.config.types import INTEGER, Duration, Text, Within

Long = Annotated[Duration, Within("1min", "3650d")]


class CheckStandardAlarm(OnChannel, frozen=True):
    """A standard whose value is known, such as a check weight, is measured with too large an error.

    Each check is journalled (`standard-checked`).
    """

    type: Literal["check-standard"] = Field(description="the kind")
    nominal: Number = Field(description="value of the standard, as its certificate says")
    near: Positive = Field(description="readings so near to `nominal` are of the standard")
    hold: Delay = Field(
        default=5.0, description="a check is the mean of good readings over this time"
    )
    during: Reference | None = Field(
        default=None, description="the alarm that must hold while the standard is measured"
    )
    tolerance: Positive | None = Field(default=None, description="allowed error of a check")
    bias: Number = Field(default=0.0, description="mean error of checks while all is well")
    sigma: Positive | None = Field(
        default=None,
        description="standard deviation of checks while all is well: more than 3 of it, or a sum "
        "of small shifts (CUSUM), is not",
    )
    horizon: Long | None = Field(
        default=None, description="a trend that is at the tolerance so soon is told"
    )
    overdue: Long | None = Field(default=None, description="time without a check that is told")
    last: Annotated[int, Field(strict=True, ge=6, le=MOST), INTEGER] = Field(
        default=30, description="checks that are looked at"
    )
    reference: Text = Field(
        default="", description="certificate of the standard, and where bias and sigma are from"
    )

    @model_validator(mode="after")
    def _judged(self) -> "CheckStandardAlarm":
        if self.tolerance is None and self.sigma is None:
            raise ValueError("needs tolerance, sigma or both")
        if self.horizon is not None and self.tolerance is None:
            raise ValueError("horizon needs a tolerance that a trend may reach")
        return self

    @property
    def others(self) -> dict[tuple[str | int, ...], str]:
        """The alarms it needs, by key."""
        mine: dict[tuple[str | int, ...], str] = {("during",): self.during} if self.during else {}
        return mine | super().others
