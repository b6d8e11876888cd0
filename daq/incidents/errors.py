"""What this package raises."""

from daq.errors import DaqError


class IncidentError(DaqError):
    """Something that cannot be done with incidents; the text says what and why."""


class NotPossibleError(IncidentError):
    """What somebody asked for does not fit how the incident is."""
