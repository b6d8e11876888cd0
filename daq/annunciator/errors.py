"""What this package raises."""

from daq.errors import DaqError


class AnnunciatorError(DaqError):
    """The root of what an annunciator raises."""


class CommandFailedError(AnnunciatorError):
    """The command cannot be run, failed, or took too long."""
