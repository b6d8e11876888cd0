"""What installing a service raises."""

from daq.errors import DaqError


class ServiceError(DaqError):
    """The service cannot be installed, or a step of it failed."""
