"""What can be wrong with calibrations, apart from a file's own errors."""

from daq.errors import DaqError


class CalibrationError(DaqError):
    """The root of what this package raises; the text says where, what, and what to do."""


class DccError(CalibrationError):
    """A Digital Calibration Certificate cannot be taken over."""
