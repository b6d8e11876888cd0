"""What readings come to: corrected values and their uncertainties. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from daq.calibration.calibration import Calibration
from drivers.model import Channel, Value

Values = tuple[Value, ...]
Uncertainties = tuple[float | None, ...]

NUMBERS = frozenset({"float", "integer"})
"""Kinds of channels a certificate can be about."""


class Evaluated(msgspec.Struct, frozen=True, gc=False):
    """A scan under its calibrations: for each channel the value, and how sure it is.

    ``uncertainties`` holds None where none is stated.
    """

    values: Values
    uncertainties: Uncertainties


class Evaluator:
    """Works out the scans of one series; made once for it."""

    def __init__(self, channels: Sequence[Channel], calibrations: Iterable[Calibration]) -> None:
        known = {one.channel: one for one in calibrations}
        self.places: tuple[tuple[int, Calibration], ...] = tuple(
            (place, known[channel.name])
            for place, channel in enumerate(channels)
            if channel.name in known and channel.kind in NUMBERS
        )
        """Which columns are calibrated, and how."""
        self._unsure = (None,) * len(channels)

    def __call__(self, readings: Values) -> Evaluated:
        """What a scan comes to; a channel without a number stays as it is."""
        values, uncertainties = list(readings), list[float | None](self._unsure)
        for place, calibration in self.places:
            reading = readings[place]
            if isinstance(reading, (int, float)) and not isinstance(reading, bool):
                values[place] = calibration.corrected(float(reading))
                uncertainties[place] = calibration.uncertainty_at(float(reading))
        return Evaluated(tuple(values), tuple(uncertainties))
