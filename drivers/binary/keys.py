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
    """``[binary]``: what is spoken, and how patient one must be."""

    codec: CodecName
    """the protocol"""
    timeout: Seconds = 0.0
    """how long the instrument may take before it answers; counts where it is longer than the
    bus's"""
    turnaround: Seconds = 0.02
    """how long it usually takes: for the prediction of `daq check`"""
    silence: Seconds = 0.0
    """rest the instrument needs before a request"""


class FieldSpec(Table, frozen=True):
    """A field: where a value lies in what the instrument answers."""

    item: int | None = Field(default=None, ge=0, le=LARGEST_ITEM)
    """what is asked for. AIBUS: the code of a parameter, `0x00` to `0xFF`; without it the value
    is one that every reply has. DL/T 645: the data identifier, `0x02010100`, required"""
    type: DataType
    """how it is written; `"bcd"` has two decimal digits a byte, `"signed-bcd"` the sign in the
    highest bit, `"digits"` are decimal digits as text"""
    size: int | None = Field(default=None, ge=1, le=32)
    """bytes, for the types whose name does not say"""
    position: int = Field(default=0, ge=0, le=255)
    """first byte of the value in the data. AIBUS: PV 0, SV 2, MV 4, alarm byte 5, value of the
    parameter 6. DL/T 645: behind the identifier"""

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
    """``[channel.NAME.status]``: a field that says whether the value may be trusted.

    It is a number in the same data as the value.
    """

    values: Mapping[int, Reason] = {}
    """what it may hold, each with its reason: `{ 0 = "good", 3 = "device error" }`"""
    bits: Mapping[int, Doubt] = {}
    """or what its bits mean, 0 is the lowest: `{ 4 = "over range" }`; the worst of those set
    counts"""
    other: Reason = Status.GOOD
    """of a number that is not listed, or with no listed bit set"""

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

    Channels of one item are read with one request. The data of a DL/T 645 item must end with the
    last field the profile has there: a number of another length has its point elsewhere, and is
    refused.
    """

    scale: FiniteFloat = 1.0
    """value = raw * `scale` + `offset`"""
    offset: FiniteFloat = 0.0
    """see `scale`"""
    sentinels: Mapping[str, Doubt] = {}
    """raw values that stand for a reason: `{ 0x7FFF = "sensor break" }`; hexadecimal is a bit
    pattern"""
    status: StatusSpec | None = None
    """`[channel.NAME.status]`"""

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
    """A field of ``[identify]``."""

    names: Mapping[str, str] = {}
    """what a code stands for: `{ 0x5180 = "AI-518" }`; one that is not listed is shown in
    hexadecimal"""

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
    """the field that holds it"""
    model: IdentityField | None = None
    """the field that holds it"""
    firmware: IdentityField | None = None
    """the field that holds it"""

    @property
    def fields(self) -> Mapping[str, IdentityField]:
        """Those that are asked for, by name."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: spec for name, spec in found.items() if spec is not None}


class Marker(Table, frozen=True):
    """``[marker.NAME]``: a parameter whose value tells its reply from those of other markers.

    An AIBUS reply does not say which parameter it answers, nor which request. The driver therefore
    reads, in turn, parameters whose values cannot be confused, and takes the values that every
    reply has (PV, SV, MV, alarm) from those replies only. A profile for AIBUS needs two such
    markers. A parameter that is a channel but no marker may hold anything; after it went unanswered
    two markers are read before the next value is believed.

    DL/T 645 replies name the meter and the item and need no markers, but a profile must ask for two
    items at least, ``[identify]`` included: after silence another one brings the meter back in
    step.
    """

    item: int = Field(ge=0, le=0xFF)
    """the parameter"""
    values: tuple[Interval, ...] = Field(min_length=1)
    """`[first, last]` of where its value always lies, without sign; those of two markers must
    not overlap"""
    expect: tuple[int, ...] = ()
    """values this profile is made for, such as the number of decimals; any other is `wrong
    instrument`, at every read"""

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
