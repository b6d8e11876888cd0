"""The ground floor: channels, readings and their quality. Plain data, no I/O."""

import math
from enum import IntEnum
from typing import Literal, TypeAlias

import msgspec

Value: TypeAlias = float | int | bool | str | None
"""A reading without its status. A reading of bad quality has the value None."""

Kind: TypeAlias = Literal["float", "integer", "boolean", "text"]


class Quality(IntEnum):
    """How far a value may be trusted."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Status(IntEnum):
    """Quality and reason of one reading in one byte: the two high bits are the quality."""

    GOOD = 0x00
    UNSTABLE = 0x40
    IMPLAUSIBLE = 0x41
    CALIBRATION_DUE = 0x42
    READ_LATE = 0x43
    WRONG_CERTIFICATE = 0x44
    TIMEOUT = 0x80
    DISCONNECTED = 0x81
    CHECKSUM = 0x82
    MALFORMED_REPLY = 0x83
    FOREIGN_REPLY = 0x84
    DEVICE_ERROR = 0x85
    ILLEGAL_ADDRESS = 0x86
    OVER_RANGE = 0x87
    UNDER_RANGE = 0x88
    SENSOR_BREAK = 0x89
    NOT_A_NUMBER = 0x8A
    WRONG_INSTRUMENT = 0x8B
    OFF = 0x8C
    WRONG_UNIT = 0x8D

    @property
    def quality(self) -> Quality:
        """The quality this status stands for."""
        return Quality(self >> 6)

    @property
    def reason(self) -> str:
        """The reason in words, such as ``over range``; empty when good."""
        return "" if self is Status.GOOD else self.name.lower().replace("_", " ")

    def __str__(self) -> str:
        quality = self.quality.name.lower()
        return f"{quality}: {self.reason}" if self else quality

    @classmethod
    def from_reason(cls, reason: str) -> "Status":
        """The status a profile names by its reason (``over range``, ``good``).

        Raises:
            KeyError: no such reason.
        """
        return cls[reason.upper().replace(" ", "_")]


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity an instrument measures.

    ``unit`` is the UCUM code (``Cel``, ``%``, ``kW.h``), ``display_unit`` what people read
    (``°C``). ``low`` and ``high`` bound what is plausible, in ``unit``.
    """

    name: str
    unit: str = ""
    display_unit: str = ""
    kind: Kind = "float"
    low: float | None = None
    high: float | None = None
    resolution: float | None = None
    description: str = ""

    @property
    def decimals(self) -> int | None:
        """How many decimals the instrument resolves; None when that is not known."""
        return None if self.resolution is None else _decimals(self.resolution)

    def format(self, value: Value) -> str:
        """A value for people, with as many decimals as the instrument resolves."""
        if value is None:
            return "--"
        if not isinstance(value, float):
            return str(value)
        if self.decimals is None:
            return f"{value:.6g}"  # a vacuum gauge tells 2.5e-07, which is not 0.000
        return f"{value:.{self.decimals}f}"


class Sample(msgspec.Struct, frozen=True, gc=False):
    """What one read of a scan group gave: a value and a status for each channel, in order.

    ``time`` is nanoseconds since 1970 UTC, taken in the middle of the transaction.
    """

    time: int
    values: tuple[Value, ...]
    statuses: tuple[Status, ...]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What an instrument says it is; empty where it does not say."""

    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    firmware: str = ""


def _decimals(resolution: float) -> int:
    text = f"{resolution:.9f}".rstrip("0")
    return len(text.partition(".")[2])


def judge(channel: Channel, value: Value) -> Status:
    """GOOD, or why a decoded value cannot be taken as it is.

    NaN is not a number, infinity is over range, outside the plausible range is implausible.
    """
    if value is None or isinstance(value, (str, bool)):
        return Status.GOOD
    if not math.isfinite(value):
        return Status.NOT_A_NUMBER if math.isnan(value) else Status.OVER_RANGE
    too_low = channel.low is not None and value < channel.low
    too_high = channel.high is not None and value > channel.high
    return Status.IMPLAUSIBLE if too_low or too_high else Status.GOOD
