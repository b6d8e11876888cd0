"""What this package raises."""

from daq.errors import DaqError


class NotificationError(DaqError):
    """Something that cannot be done with notifications; the text says what and why."""


class SendError(NotificationError):
    """A message was not taken; the text says why, without any secret."""
