"""What a device is that is asked in binary frames: frames in, frames out, nothing unasked."""

from abc import abstractmethod

import msgspec

from simulators.device import Device, Value


class FrameReply(msgspec.Struct, frozen=True):
    """A frame a device sends, and which channels it tells.

    ``checksum`` is the place of a checksum byte in ``data``, for the fault that spoils it.
    """

    data: bytes
    request: str
    values: dict[str, Value] = {}
    checksum: int = -1


class FrameDevice(Device):
    """A device with binary frames; several of one protocol may share a wire."""

    @classmethod
    @abstractmethod
    def find(cls, data: bytes) -> tuple[int, int] | None:
        """Where the first whole and undamaged request of its protocol begins and ends.

        What lies before it is noise, or a request that was cut off; None: there is no request
        yet.
        """

    @abstractmethod
    def take(self, frame: bytes, unit: int) -> FrameReply | None:
        """Take a request as ``find`` found it; None when it is for another, or has no reply.

        ``unit`` is the device's number on its wire.
        """
