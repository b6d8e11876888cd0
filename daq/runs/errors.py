"""What this package raises."""

from daq.errors import DaqError


class RunError(DaqError):
    """Something that cannot be done with runs; the text says what and why."""


class NoSuchRunError(RunError):
    """There is no run of this number."""


class NotPossibleError(RunError):
    """What somebody asked for does not fit how the run, or another one, is."""
