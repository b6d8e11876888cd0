"""What a series says of the calibration of a channel: all that a corrected value follows from."""

import math

import msgspec

from daq.calibration.curve import Curve
from daq.calibration.dates import NEVER, end_of_day


class Calibration(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One channel under one certificate.

    ``certificate`` is its number, ``hash`` the SHA-256 of its canonical form, ``calibrated``
    and ``due`` are dates (ISO 8601; ``due`` empty: none). ``serial_number`` is what the instrument
    has to say it is; empty where that is not known. ``correction`` is added to a reading to give
    the corrected value; None where there is none to make. ``uncertainty`` is the expanded one, with
    coverage factor ``k``, in the channel's unit, as a function of the reading; None where none is
    stated. ``low`` and ``high`` bound the readings that were calibrated, None: no bound.
    """

    channel: str
    certificate: str
    hash: str
    laboratory: str = ""
    calibrated: str = ""
    due: str = ""
    serial_number: str = ""
    correction: Curve | None = None
    uncertainty: Curve | None = None
    k: float = 2.0
    low: float | None = None
    high: float | None = None

    @property
    def due_time(self) -> int:
        """The first ns (since 1970 UTC) at which it is past due."""
        return end_of_day(self.due) if self.due else NEVER

    def corrected(self, reading: float) -> float:
        """The corrected value; what is not finite stays what it is."""
        if self.correction is None or not math.isfinite(reading):
            return reading
        return reading + self.correction(reading)

    def uncertainty_at(self, reading: float) -> float | None:
        """The expanded uncertainty; None beyond the calibrated range, and where none is stated."""
        if self.uncertainty is None or not math.isfinite(reading) or not self._covers(reading):
            return None
        return self.uncertainty(reading)

    def is_of(self, serial_number: str) -> bool:
        """Whether an instrument that says this serial number may be the one of the certificate."""
        return not self.serial_number or not serial_number or self.serial_number == serial_number

    def _covers(self, reading: float) -> bool:
        below = self.low is not None and reading < self.low
        above = self.high is not None and reading > self.high
        return not (below or above)
