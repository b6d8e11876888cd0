"""The tables a profile of the binary family adds to the common ones, key by key."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, FiniteFloat, model_validator

from drivers.binary.raw import SIZES, TEXTS, DataType, pattern_of
from drivers.duration import Seconds
from drivers.model import Kind, Status
from drivers.profile import ChannelSpec, Table
from drivers.reason import Doubt, Reason

CodecName: TypeAlias = Literal["aibus", "dlt645-2007"]
Interval: TypeAlias = tuple[int, int]
"""First and last of the numbers that are meant."""

LARGEST_ITEM = 0xFFFFFFFF


class Wire(Table, frozen=True):
    """``[binary]``: what is spoken, and how patient one must be.

    ``timeout`` is how long the instrument may take before it answers; it counts where it is
    longer than the bus's. ``turnaround`` is how long it usually takes, for predicting the load
    of a line; ``silence`` the rest it needs before a request.
    """

    codec: CodecName
    timeout: Seconds = 0.0
    turnaround: Seconds = 0.02
    silence: Seconds = 0.0


class FieldSpec(Table, frozen=True):
    """Where a value lies: ``item`` is what is asked for, ``position`` its first byte in the data.

    What an item is, and what its data are, says the codec. Without ``item`` the value comes with
    every reply.
    """

    item: int | None = Field(default=None, ge=0, le=LARGEST_ITEM)
    type: DataType
    size: int | None = Field(default=None, ge=1, le=32)
    position: int = Field(default=0, ge=0, le=255)

    @model_validator(mode="after")
    def _sized(self) -> "FieldSpec":
        if (self.type in SIZES) == (self.size is not None):
            known = ", ".join(SIZES)
            raise ValueError(f"size: needed for all types but those that have one: {known}")
        return self

    @property
    def width(self) -> int:
        """Bytes the value takes."""
        return SIZES.get(self.type) or self.size or 0

    @property
    def end(self) -> int:
        """The byte behind the value."""
        return self.position + self.width


class StatusSpec(FieldSpec, frozen=True):
    """``[channel.NAME.status]``: a field that says whether the channel's value may be trusted.

    It lies in the same data as the value. ``values`` maps what it may hold, ``bits`` its bits (0
    is the lowest) to a reason; of the bits that are set the worst counts. ``other`` is the reason
    for a number that is not listed, or without a listed bit.
    """

    values: Mapping[int, Reason] = {}
    bits: Mapping[int, Doubt] = {}
    other: Reason = Status.GOOD

    @model_validator(mode="after")
    def _useful(self) -> "StatusSpec":
        if bool(self.values) == bool(self.bits):
            raise ValueError("values, bits: one of them is needed")
        if self.item is not None or self.type in TEXTS:
            raise ValueError("is a number in the same data as the value: no item, no text")
        if any(not 0 <= bit < 8 * self.width for bit in self.bits):
            raise ValueError(f"bits: it has bits 0 to {8 * self.width - 1}")
        return self


class BinaryChannel(ChannelSpec, FieldSpec, frozen=True):
    """``[channel.NAME]`` of a binary profile: value = raw * scale + offset.

    ``sentinels`` maps what the bytes hold, as a number or (``0xFFFF``) a pattern, to a reason.
    """

    scale: FiniteFloat = 1.0
    offset: FiniteFloat = 0.0
    sentinels: Mapping[str, Doubt] = {}
    status: StatusSpec | None = None

    @model_validator(mode="after")
    def _calculable(self) -> "BinaryChannel":
        if not self.scale:
            raise ValueError("scale: 0 makes every value 0")
        text = self.type in TEXTS
        if text and (self.scaled or self.sentinels):
            raise ValueError(f"scale, offset, sentinels: not for type {self.type!r}")
        for written in self.sentinels:
            pattern_of(written, self.width)
        if self.kind is not None and (self.kind == "text") != text:
            raise ValueError(f"kind: {self.kind!r} does not come of type {self.type!r}")
        return self

    @property
    def scaled(self) -> bool:
        """True when the value is not the raw number itself."""
        return (self.scale, self.offset) != (1.0, 0.0)

    @property
    def default_kind(self) -> Kind:
        """The kind that follows from the type."""
        if self.type in TEXTS:
            return "text"
        return "float" if self.scaled else "integer"


class IdentityField(FieldSpec, frozen=True):
    """A field of ``[identify]``; ``names`` says what a code stands for (``"0x5180"``)."""

    names: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _asked_for(self) -> "IdentityField":
        if self.item is None:
            raise ValueError("item: is missing")
        for code in self.names:
            pattern_of(code, self.width)
        return self


class Identify(Table, frozen=True):
    """``[identify]``: what is read on connect. All optional; what is refused is left empty."""

    serial_number: IdentityField | None = None
    model: IdentityField | None = None
    firmware: IdentityField | None = None

    @property
    def fields(self) -> Mapping[str, IdentityField]:
        """Those that are asked for, by name."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: spec for name, spec in found.items() if spec is not None}


class Marker(Table, frozen=True):
    """``[marker.NAME]``: a parameter whose value tells its reply from those of other markers.

    ``values`` are the intervals in which its value (unsigned) always lies; those of two markers
    must not overlap. ``expect`` are the values this profile is made for; any other is the
    wrong instrument, or one that is configured otherwise.
    """

    item: int = Field(ge=0, le=0xFF)
    values: tuple[Interval, ...] = Field(min_length=1)
    expect: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> "Marker":
        if any(first > last for first, last in self.values):
            raise ValueError("values: an interval is [first, last]")
        if any(not self.allows(value) for value in self.expect):
            raise ValueError("expect: must lie within values")
        return self

    def allows(self, value: int) -> bool:
        """Whether the parameter can have this value."""
        return any(first <= value <= last for first, last in self.values)

    def overlaps(self, other: "Marker") -> bool:
        """Whether some value could be of either."""
        return any(
            first <= end and start <= last
            for first, last in self.values
            for start, end in other.values
        )
