"""What this package raises."""

from daq.errors import DaqError


class AlarmError(DaqError):
    """Something that cannot be done with alarms; the text says what and why."""


class NotPossibleError(AlarmError):
    """What an operator asked for does not fit the state the alarm is in."""
