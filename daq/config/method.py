"""``[method.NAME]``: how a series of measurements is taken, and what is required of it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from daq.config.alarm.base import NotNegative, Number, Positive
from daq.config.types import INTEGER, NUMBER, Name, Table, Text
from daq.method.prepack import LARGEST, plan_for
from daq.method.words import Compare, Form, Rounding

Many: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=10_000), INTEGER]
Measured: TypeAlias = Annotated[
    str, Field(pattern=r"^([a-z0-9][a-z0-9_-]*\.)?[A-Za-z0-9_][A-Za-z0-9_-]*$", max_length=130)
]


class MethodConfig(Table, frozen=True):
    """How a series of measurements is taken, and what is required of it."""

    measures: Measured = Field(
        description="`instrument.channel`, or a channel alone: that of whichever instrument of the "
        "run has it"
    )
    title: Text = Field(default="", description="what people call it")
    standard: Text = Field(default="", description="the standard it follows")
    edition: Text = Field(default="", description="which edition of the standard")
    count: Many | None = Field(
        default=None, description="how many samples; that of the sampling plan with `lot`, else 1"
    )
    lower: Number | None = Field(default=None, description="what a value must reach, in its unit")
    upper: Number | None = Field(default=None, description="what a value must not exceed")
    nominal: Positive | None = Field(
        default=None, description="the nominal value that `below`, `above` and `lot` count from"
    )
    below: NotNegative | None = Field(
        default=None, description="how far a value may lie below `nominal`"
    )
    above: NotNegative | None = Field(
        default=None, description="how far a value may lie above `nominal`"
    )
    deviation: Literal["unit", "percent"] = Field(
        default="unit", description="what `below` and `above` are in: the unit, or % of `nominal`"
    )
    mean_lower: Number | None = Field(default=None, description="what the mean must reach")
    mean_upper: Number | None = Field(default=None, description="what the mean must not exceed")
    lot: Annotated[int, Field(strict=True, ge=1, le=10_000_000), INTEGER] | None = Field(
        default=None,
        description="prepackages the samples are drawn from: tolerable deficiency, samples and "
        "mean after JJF 1070-2005 and OIML R 87:2004",
    )
    allowed: Annotated[int, Field(strict=True, ge=0, le=10_000), INTEGER] = Field(
        default=0, description="how many samples may fail without the series failing"
    )
    rule: Form = Field(
        default="guarded",
        description="decision rule after ILAC-G8:09/2019, 4.2: without guard band, pass or fail "
        "with one, or with conditional statements",
    )
    guard: Annotated[float, Field(strict=True, ge=0, le=5), NUMBER] = Field(
        default=1.0, description="the guard band, in expanded uncertainties: w = guard x U"
    )
    uncertainty: Positive | None = Field(
        default=None,
        description="expanded uncertainty of the method, for readings without a certificate's",
    )
    k: Annotated[float, Field(strict=True, ge=1, le=10), NUMBER] = Field(
        default=2.0, description="its coverage factor"
    )
    decimals: Annotated[int, Field(strict=True, ge=-3, le=9), INTEGER] | None = Field(
        default=None, description="decimals of a reported value; those of the channel when left out"
    )
    rounding: Rounding = Field(
        default="half-even", description="what becomes of the middle between two last digits"
    )
    compare: Compare = Field(
        default="full", description="what is held against limits: all digits, or as reported"
    )
    outlier: Annotated[float, Field(strict=True, gt=0, lt=0.5), NUMBER] | None = Field(
        default=None, description="level of Grubbs' test for an outlier; no test when left out"
    )

    @property
    def instrument(self) -> Name:
        """The instrument it names; empty when it names a channel alone."""
        return self.measures.rpartition(".")[0]

    @property
    def channel(self) -> str:
        """The channel it names."""
        return self.measures.rpartition(".")[2]

    @property
    def samples(self) -> int:
        """How many are taken."""
        return self.count or (plan_for(self.lot).count if self.lot else 1)

    @model_validator(mode="after")
    def _whole(self) -> "MethodConfig":
        relative = self.below is not None or self.above is not None
        if self.nominal is None and (relative or self.lot):
            raise ValueError("nominal: is missing; `below`, `above` and `lot` count from it")
        if (self.below is not None and self.lower is not None) or (
            self.above is not None and self.upper is not None
        ):
            raise ValueError("below, above: one limit is given twice; leave out lower or upper")
        self._check_order()
        self._check_lot()
        return self

    def _check_order(self) -> None:
        for low, high in (("lower", "upper"), ("mean_lower", "mean_upper")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise ValueError(f"{low}: is above {high}")

    def _check_lot(self) -> None:
        if self.lot is None:
            return
        if (self.nominal or 0.0) > LARGEST:
            raise ValueError(f"nominal: for prepackages {LARGEST:g} g or mL at most")
        own = ("lower", "upper", "below", "above", "mean_lower", "mean_upper", "allowed", "rule")
        given = [key for key in own if key in self.model_fields_set]
        if given:
            raise ValueError(f"{', '.join(given)}: follow from `lot`; leave out one or the other")
        least = plan_for(self.lot).count
        if self.samples < least:
            raise ValueError(f"count: a lot of {self.lot} asks for {least} samples")
