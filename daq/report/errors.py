"""What this package raises."""

from daq.errors import DaqError


class ReportError(DaqError):
    """A report cannot be made; the text says why and what to do."""
