"""What this package raises."""

from daq.errors import DaqError


class ProgrammeError(DaqError):
    """A programme that cannot be evaluated; the text says which, why and what to do."""
