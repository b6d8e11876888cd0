"""``[channel.NAME]`` of a text profile: from a field of a reply to a value."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, FiniteFloat, model_validator

from drivers.model import Kind, Status
from drivers.profile import ChannelSpec, Name, Table
from drivers.reason import BadReason
from drivers.text.form import LONGEST_REPLY
from drivers.text.pattern import compile_pattern
from drivers.text.rule import StatusRule


class Sentinel(Table, frozen=True):
    """A sentinel: what stands for a status instead of a value. It has one condition."""

    pattern: str | None = None
    """a regular expression for the text"""
    equals: FiniteFloat | None = None
    """the number, before unit and scale"""
    above: FiniteFloat | None = None
    """any greater number"""
    below: FiniteFloat | None = None
    """any smaller number"""
    status: BadReason
    """what it stands for"""

    @model_validator(mode="after")
    def _one_condition(self) -> "Sentinel":
        conditions = [self.pattern, self.equals, self.above, self.below]
        if len(conditions) - conditions.count(None) != 1:
            raise ValueError("needs exactly one of pattern, equals, above, below")
        if self.pattern is not None:
            compile_pattern(self.pattern, LONGEST_REPLY)
        return self


class Conversion(Table, frozen=True):
    """A conversion from another unit to the channel's."""

    scale: FiniteFloat = 1.0
    """value = number * `scale` + `offset`"""
    offset: FiniteFloat = 0.0
    """see `scale`"""


class TextChannel(ChannelSpec, frozen=True):
    """``[channel.NAME]`` of a text profile: which field of a reply, and how it becomes a value."""

    query: Name
    """name of a query or stream"""
    field: str = ""
    """name of a group; default: the channel's name"""
    type: Literal["float", "integer", "hex", "hex-float", "text"] = "float"
    """how the field is written; `NAN` and `INF` become a status. `"hex-float"` is an IEEE 754
    number in eight hexadecimal digits"""
    signed_bits: int | None = Field(default=None, ge=2, le=63)
    """width of a two's complement number of type `"hex"`"""
    scale: FiniteFloat = 1.0
    """value = number * `scale` + `offset`"""
    offset: FiniteFloat = 0.0
    """see `scale`"""
    unit_field: str = ""
    """the group that holds the unit, or `QUERY.GROUP`"""
    units: Mapping[str, FiniteFloat | Conversion] = {}
    """the units that may stand there, each with its factor, or `{ scale, offset }`, to the
    channel's unit; any other is `"wrong unit"`; `""` is no unit"""
    status: tuple[StatusRule, ...] = ()
    """[status rules](#a-status-rule)"""
    sentinels: tuple[Sentinel, ...] = ()
    """[what stands for a status](#a-sentinel)"""
    empty: BadReason = Status.OFF
    """the status of a field that is empty or absent"""

    @model_validator(mode="after")
    def _consistent(self) -> "TextChannel":
        if self.units and not self.unit_field:
            raise ValueError("units needs unit_field, the group that holds the unit")
        if self.unit_field and not self.units:
            raise ValueError("unit_field needs units, the units that may appear there")
        if self.signed_bits and self.type != "hex":
            raise ValueError("signed_bits belongs to type = 'hex'")
        factors = [how.scale if isinstance(how, Conversion) else how for how in self.units.values()]
        if not all((self.scale, *factors)):
            raise ValueError("scale: 0 makes every value 0")
        if self.type == "text" and self.scaled:
            raise ValueError("type = 'text' has no scale, offset or units")
        if self.kind not in {None, self.default_kind} and not self.switch:
            raise ValueError(f"kind: {self.kind!r} does not come from type = {self.type!r}")
        return self

    @property
    def switch(self) -> bool:
        """True when an unscaled whole number stands for yes or no."""
        return self.kind == "boolean" and self.type == "integer" and not self.scaled

    @property
    def scaled(self) -> bool:
        """True when the number in the reply is not the value itself."""
        return bool(self.units) or (self.scale, self.offset) != (1.0, 0.0)

    @property
    def default_kind(self) -> Kind:
        """Text stays text, unscaled whole numbers are integers, the rest is float."""
        if self.type == "text":
            return "text"
        return "float" if "float" in self.type or self.scaled else "integer"
