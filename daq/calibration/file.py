"""The TOML file of a certificate: its keys, and what they come to."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from daq.calibration.certificate import Calibrated, Certificate, Point
from daq.calibration.curve import Curve, Line, Polynomial, table
from drivers.tomlfile import Document, Expects

Text: TypeAlias = Annotated[str, Field(max_length=4000)]
Needed: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False), Expects("a number")]
Positive: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
T = TypeVar("T")


def _not_empty(values: tuple[T, ...]) -> tuple[T, ...]:
    """Not a constraint of the field: pydantic would complain of it besides of each wrong number."""
    if not values:
        raise ValueError("must not be empty")
    return values


Pair: TypeAlias = tuple[Number, Number]
Pairs: TypeAlias = Annotated[
    tuple[Pair, ...],
    Field(max_length=10_000),
    AfterValidator(_not_empty),
    Expects("an array of pairs: [[reading, quantity], ...]"),
]


Coefficients: TypeAlias = Annotated[
    tuple[Number, ...],
    Field(max_length=20),
    AfterValidator(_not_empty),
    Expects("an array of numbers: [c0, c1, c2]"),
]


class _Keys(BaseModel, frozen=True, extra="forbid"):
    """A table that knows all its keys."""


class PointKeys(_Keys, frozen=True):
    """One calibration point."""

    reading: Number = Field(description="what the instrument showed")
    reference: Number = Field(description="what it really was")
    uncertainty: NotNegative | None = Field(
        default=None, description="expanded uncertainty of the correction there"
    )


class CorrectionKeys(_Keys, frozen=True):
    """What is added to a reading: a table, or a polynomial."""

    table: Pairs | None = Field(
        default=None, description="`[[reading, correction], ...]`, straight lines between"
    )
    polynomial: Coefficients | None = Field(
        default=None, description="`[c0, c1, c2 ...]`: c0 + c1 (x - origin) + c2 (x - origin)² ..."
    )
    origin: Number = Field(default=0.0, description="where the polynomial begins to count")

    @model_validator(mode="after")
    def _one_of_them(self) -> "CorrectionKeys":
        if (self.table is None) == (self.polynomial is None):
            raise ValueError("needs either table or polynomial")
        if self.table is not None:
            table(self.table)
        return self


class UncertaintyKeys(_Keys, frozen=True):
    """The expanded uncertainty as a function of the reading: a line, or a table."""

    a: NotNegative | None = Field(default=None, description="U = a + b |x|")
    b: NotNegative = Field(default=0.0, description="0 for a constant")
    table: Pairs | None = Field(
        default=None, description="`[[reading, U], ...]`, straight lines between"
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> "UncertaintyKeys":
        if (self.table is None) == (self.a is None):
            raise ValueError("needs either a (and b), or table")
        if self.table is not None and min(u for _, u in table(self.table).points) < 0:
            raise ValueError("has an uncertainty below 0")
        return self

    @property
    def curve(self) -> Curve:
        """The uncertainty as a curve."""
        return Line(self.a or 0.0, self.b) if self.table is None else table(self.table)


class ChannelKeys(_Keys, frozen=True):
    """``[channel.NAME]``: one channel of the instrument."""

    unit: Text = Field(description="UCUM code; must be the channel's")
    k: Positive = Field(default=2.0, description="coverage factor of all uncertainties here")
    points: Annotated[tuple[PointKeys, ...], Field(max_length=10_000)] = Field(
        default=(), description="the points of the certificate"
    )
    correct: bool = Field(
        default=True, description="false: readings stay as they are, only U goes with them"
    )
    correction: CorrectionKeys | None = Field(
        default=None, description="what is added to a reading; follows from the points if left out"
    )
    uncertainty: UncertaintyKeys | None = Field(
        default=None, description="expanded uncertainty; follows from the points if left out"
    )
    range: Pair | None = Field(
        default=None, description="the calibrated readings; the ends of the points if left out"
    )

    @field_validator("range")
    @classmethod
    def _in_order(cls, value: Pair | None) -> Pair | None:
        if value is not None and value[0] >= value[1]:
            raise ValueError("must be [lowest, highest]")
        return value

    def calibrated(self, name: str) -> Calibrated:
        """What the keys come to for the channel of this name."""
        low, high = self._bounds()
        return Calibrated(
            channel=name,
            unit=self.unit,
            k=self.k,
            correction=self._correction(low, high) if self.correct else None,
            uncertainty=self._uncertainty(),
            low=low,
            high=high,
            points=tuple(
                Point(reading=one.reading, reference=one.reference, uncertainty=one.uncertainty)
                for one in self.points
            ),
        )

    def _bounds(self) -> tuple[float | None, float | None]:
        if self.range is not None:
            return self.range
        readings = [one.reading for one in self.points]
        for keys in (self.correction, self.uncertainty):
            readings += [reading for reading, _ in (keys and keys.table) or ()]
        # One point says nothing of a range.
        return (min(readings), max(readings)) if len(set(readings)) > 1 else (None, None)

    def _correction(self, low: float | None, high: float | None) -> Curve | None:
        given = self.correction
        if given is None:
            return table(self._at_each(_mean_correction)) if self.points else None
        if given.polynomial is not None:
            return Polynomial(given.polynomial, given.origin, low, high)
        return table(given.table or ())

    def _uncertainty(self) -> Curve | None:
        if self.uncertainty is not None:
            return self.uncertainty.curve
        stated = all(one.uncertainty is not None for one in self.points)
        return table(self._at_each(_greatest)) if self.points and stated else None

    def _at_each(self, of: Callable[[Sequence[PointKeys]], float]) -> list[tuple[float, float]]:
        """Points that were taken twice, up and down, are one."""
        at: dict[float, list[PointKeys]] = {}
        for one in self.points:
            at.setdefault(one.reading, []).append(one)
        return [(reading, of(some)) for reading, some in at.items()]


def _mean_correction(points: Sequence[PointKeys]) -> float:
    # As a person subtracts what is written in the certificate: without the noise of binary.
    found = [Decimal(repr(one.reference)) - Decimal(repr(one.reading)) for one in points]
    return float(sum(found) / len(found))


def _greatest(points: Sequence[PointKeys]) -> float:
    return max(one.uncertainty or 0.0 for one in points)


class ItemKeys(_Keys, frozen=True):
    """``[instrument]``: what was calibrated; found by its asset id, or else its serial number."""

    asset: Text = Field(default="", description="asset id, as the configuration has it")
    serial_number: Text = Field(
        default="", description="as the instrument says it; another one is flagged"
    )
    manufacturer: Text = Field(default="", description="who made it")
    model: Text = Field(default="", description="what it is")

    @model_validator(mode="after")
    def _can_be_found(self) -> "ItemKeys":
        if not self.asset and not self.serial_number:
            raise ValueError("needs asset or serial_number: whose certificate is it?")
        return self


class CertificateKeys(_Keys, frozen=True):
    """The whole file."""

    number: Needed = Field(description="number of the certificate")
    laboratory: Needed = Field(description="who calibrated")
    calibrated: date = Field(description="day of the calibration: 2026-03-12")
    due: date | None = Field(default=None, description="last day before it is past due")
    valid_from: date | None = Field(
        default=None, description="day it comes into force; that of the calibration if left out"
    )
    accreditation: Text = Field(default="", description="of the laboratory: D-K-12345-01-00")
    conditions: Text = Field(default="", description="under which it was calibrated")
    remarks: Text = Field(default="", description="whatever else matters")
    source: Text = Field(default="", description="what it was imported from")
    instrument: ItemKeys = Field(description="what was calibrated")
    channel: dict[str, ChannelKeys] = Field(min_length=1, description="channels by name")

    @model_validator(mode="after")
    def _in_order(self) -> "CertificateKeys":
        if self.due is not None and self.due < self.calibrated:
            raise ValueError("due: is before the day of the calibration")
        if self.valid_from is not None and self.valid_from < self.calibrated:
            raise ValueError("valid_from: is before the day of the calibration")
        return self

    @property
    def certificate(self) -> Certificate:
        """What the file says."""
        item = self.instrument
        return Certificate(
            number=self.number,
            laboratory=self.laboratory,
            calibrated=self.calibrated.isoformat(),
            valid_from=(self.valid_from or self.calibrated).isoformat(),
            due=self.due.isoformat() if self.due else "",
            accreditation=self.accreditation,
            conditions=self.conditions,
            remarks=self.remarks,
            source=self.source,
            asset=item.asset,
            serial_number=item.serial_number,
            manufacturer=item.manufacturer,
            model=item.model,
            channels=tuple(keys.calibrated(name) for name, keys in self.channel.items()),
        )


def read_certificate(path: Path) -> tuple[Certificate, Document]:
    """The certificate in a file, and the file, for whoever finds more that is wrong with it.

    Raises:
        TomlError: it cannot be read, or is wrong; holds every problem with its line.
    """
    document = Document.read(path)
    return document.model(CertificateKeys).certificate, document
