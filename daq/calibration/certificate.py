"""A certificate: what a laboratory found out about one instrument. Plain data, and its hash."""

import hashlib
from datetime import date

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.curve import Curve


class Point(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One calibration point: what was shown, what it really was, how sure that is (expanded)."""

    reading: float
    reference: float
    uncertainty: float | None = None


class Calibrated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One channel of the certificate; see ``Calibration`` for its members. ``unit`` is UCUM."""

    channel: str
    unit: str
    k: float = 2.0
    correction: Curve | None = None
    uncertainty: Curve | None = None
    low: float | None = None
    high: float | None = None
    points: tuple[Point, ...] = ()


class Certificate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the certificate says. Dates are ISO 8601.

    ``asset`` and ``serial_number`` say what was calibrated; ``valid_from`` is when it comes into
    force, ``source`` what it was imported from.
    """

    number: str
    laboratory: str
    calibrated: str
    valid_from: str
    due: str = ""
    accreditation: str = ""
    conditions: str = ""
    remarks: str = ""
    source: str = ""
    asset: str = ""
    serial_number: str = ""
    manufacturer: str = ""
    model: str = ""
    channels: tuple[Calibrated, ...] = ()

    @property
    def canonical(self) -> bytes:
        """The same bytes for the same certificate, whatever its file looks like: sorted JSON."""
        return msgspec.json.encode(self, order="deterministic")

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical form, hex."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def begins(self) -> date:
        """The day it comes into force."""
        return date.fromisoformat(self.valid_from)

    def calibrations(self) -> tuple[Calibration, ...]:
        """What a series has to know of it, for each channel."""
        digest = self.hash
        return tuple(
            Calibration(
                channel=one.channel,
                certificate=self.number,
                hash=digest,
                laboratory=self.laboratory,
                calibrated=self.calibrated,
                due=self.due,
                serial_number=self.serial_number,
                correction=one.correction,
                uncertainty=one.uncertainty,
                k=one.k,
                low=one.low,
                high=one.high,
            )
            for one in self.channels
        )
