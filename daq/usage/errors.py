"""What this package raises."""

from daq.errors import DaqError


class UsageError(DaqError):
    """Utilisation or cost cannot be worked out; the text says why and what to do."""
