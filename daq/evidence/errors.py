"""What this package raises."""

from daq.errors import DaqError


class EvidenceError(DaqError):
    """A pack or archive cannot be made or read; the text says why and what to do."""
