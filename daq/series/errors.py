"""What this package raises."""

from daq.errors import DaqError


class SeriesError(DaqError):
    """Something that cannot be done with a series; the text says what and why."""


class NoSeriesError(SeriesError):
    """The run has no series."""
