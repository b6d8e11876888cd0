"""The one exception tree of this package. Foreign exceptions are mapped where they arise."""

from drivers.model import Status


class DriverError(Exception):
    """Anything that went wrong between a profile and a reading.

    ``status`` is what a reading that failed for this reason is journalled with.
    """

    status = Status.DEVICE_ERROR


class ProfileError(DriverError):
    """A profile is wrong; the text says file, line, key and what is allowed."""


class TransportError(DriverError):
    """The line or connection is not usable and has to be opened again.

    ``kind`` parts what is told anew from what is the same trouble going on: ``lost``, ``busy``,
    ``forbidden``, ``unsuitable``.
    """

    status = Status.DISCONNECTED

    def __init__(self, text: str, *, kind: str = "lost") -> None:
        super().__init__(text)
        self.kind = kind


class OpenFailedError(TransportError):
    """A port or address could not be opened."""


class DisconnectedError(TransportError):
    """The line or connection was lost while in use."""


class LineNotQuietError(TransportError):
    """The line did not fall silent within its limit; something talks without being asked."""

    status = Status.MALFORMED_REPLY


class ReplyError(DriverError):
    """A reply came, but it is not an answer to the request."""

    status = Status.MALFORMED_REPLY


class ReplyTimeoutError(ReplyError):
    """No reply within the time limit."""

    status = Status.TIMEOUT


class ChecksumError(ReplyError):
    """The reply's checksum is wrong."""

    status = Status.CHECKSUM


class ForeignReplyError(ReplyError):
    """What came answers another request, or comes from another unit."""

    status = Status.FOREIGN_REPLY


class DeviceError(DriverError):
    """The instrument answered that it cannot or will not."""


class IllegalAddressError(DeviceError):
    """The instrument has no such register (Modbus exception 2)."""

    status = Status.ILLEGAL_ADDRESS


class IdentityError(DriverError):
    """Another instrument answers than the configuration names."""

    status = Status.WRONG_INSTRUMENT
