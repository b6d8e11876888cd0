"""The tables a Modbus profile adds to the common ones, key by key."""

import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from drivers.duration import Seconds
from drivers.modbus.pdu import BIT_FUNCTIONS
from drivers.modbus.raw import REGISTERS, DataType, Endian, raw_of
from drivers.model import Kind, Status
from drivers.profile import ChannelSpec, Table
from drivers.reason import Doubt, Reason

Function: TypeAlias = Literal[1, 2, 3, 4]


class Wire(Table, frozen=True):
    """``[modbus]``: what holds for every register of the model."""

    byte_order: Endian
    """in a register. There is no convention; a wrong guess gives numbers that look right"""
    word_order: Endian
    """of values of several registers; as above"""
    address_base: Literal[0, 1] = 0
    """what the manual calls the first register"""
    max_registers: int = Field(default=125, ge=1, le=125)
    """the most registers one request may read"""
    max_bits: int = Field(default=2000, ge=1, le=2000)
    """the most bits one request may read"""
    max_gap: int = Field(default=0, ge=0, le=124)
    """so many registers (or bits) nobody asked for may be read along to save a request"""
    turnaround: Seconds = 0.02
    """how long the device takes to begin its reply"""
    silence: Seconds = 0.0
    """rest before a request, where the device needs more than 3.5 characters"""


class RegisterSpec(Table, frozen=True):
    """A register: where a value lies and how it is written there."""

    function: Function
    """1 coils, 2 discrete inputs, 3 holding registers, 4 input registers"""
    number: int = Field(alias="register", ge=0, le=65536)
    """as the manual counts it; `0x0156` is fine"""
    type: DataType
    """how the value is written there"""
    length: int | None = Field(default=None, ge=1, le=250)
    """characters of a string, two to a register"""
    bit: int | None = Field(default=None, ge=0, le=15)
    """which bit of a register, for type `"bit"` with functions 3 and 4; 0 is the lowest"""
    byte_order: Endian | None = None
    """another one than that of `[modbus]`"""
    word_order: Endian | None = None
    """another one than that of `[modbus]`"""

    @model_validator(mode="after")
    def _consistent(self) -> "RegisterSpec":
        if (self.type == "string") != (self.length is not None):
            raise ValueError("length: needed for type 'string', and for no other")
        if self.function in BIT_FUNCTIONS and self.type != "bit":
            raise ValueError(f"type: function {self.function} reads bits, not {self.type!r}")
        in_register = self.type == "bit" and self.function not in BIT_FUNCTIONS
        if in_register != (self.bit is not None):
            raise ValueError("bit: needed for type 'bit' in a register, and for no other")
        return self

    @property
    def count(self) -> int:
        """Registers (or, for functions 1 and 2, bits) the value takes."""
        return REGISTERS[self.type] if self.length is None else (self.length + 1) // 2


class StatusSpec(RegisterSpec, frozen=True):
    """``[channel.NAME.status]``: a register that says whether the value may be trusted."""

    type: DataType = "uint16"
    """an integer or a bit"""
    values: Mapping[int, Reason] = {}
    """what the register may hold, each with its reason: `{ 61 = "good", 65 = "sensor break" }`"""
    bits: Mapping[int, Doubt] = {}
    """or what its bits mean, 0 is the lowest: `{ 6 = "sensor break" }`; the worst of those set
    counts"""
    other: Reason = Status.GOOD
    """of a number that is not listed, or with no listed bit set"""
    optional: bool = False
    """a device without this register (exception 2 or 3) is trusted all the same"""

    @model_validator(mode="after")
    def _integral(self) -> "StatusSpec":
        if self.type not in REGISTERS or self.type.startswith("float"):
            raise ValueError(f"type: a status is an integer or a bit, not {self.type!r}")
        if bool(self.values) == bool(self.bits):
            raise ValueError("values, bits: one of them is needed")
        width = 1 if self.type == "bit" else 16 * REGISTERS[self.type]
        if any(not 0 <= bit < width for bit in self.bits):
            raise ValueError(f"bits: {self.type} has bits 0 to {width - 1}")
        return self


class DecimalsSpec(RegisterSpec, frozen=True):
    """``[channel.NAME.decimals]``: a register that says how many decimals the raw value has.

    The raw value is divided by that power of ten (0 to 6) before ``scale``.
    """

    type: DataType = "uint16"
    """an integer"""

    @model_validator(mode="after")
    def _integral(self) -> "DecimalsSpec":
        if self.type not in REGISTERS or self.type == "bit" or self.type.startswith("float"):
            raise ValueError(f"type: a number of decimals is an integer, not {self.type!r}")
        return self


_NUMERIC_KINDS: tuple[Kind, ...] = ("float", "integer", "boolean")
_KINDS: Mapping[str, tuple[Kind, ...]] = {"bit": ("boolean",), "string": ("text",)}


class ModbusChannel(ChannelSpec, RegisterSpec, frozen=True):
    """``[channel.NAME]`` of a Modbus profile: value = raw * scale + offset.

    A float that is nearer to zero than 1e-30 without being zero is ``uncertain: implausible``
    whatever the range: that is what words in the wrong order look like.
    """

    scale: float = 1.0
    """value = raw * `scale` + `offset`"""
    offset: float = 0.0
    """see `scale`"""
    under_range: float | None = None
    """a value (scaled) below it is no measurement but what the device says when it cannot
    measure"""
    over_range: float | None = None
    """a value above it, likewise"""
    sentinels: Mapping[str, Doubt] = {}
    """raw values that stand for a reason: `{ 0x8000 = "sensor break", nan = "off" }`;
    hexadecimal is a bit pattern, so 0x8000 is -32768 for int16"""
    status: StatusSpec | None = None
    """`[channel.NAME.status]`"""
    decimals: DecimalsSpec | None = None
    """`[channel.NAME.decimals]`"""

    @model_validator(mode="after")
    def _calculable(self) -> "ModbusChannel":
        if not (math.isfinite(self.scale) and math.isfinite(self.offset)) or not self.scale:
            raise ValueError("scale, offset: must be finite numbers, and scale not 0")
        limits = (self.under_range, self.over_range) != (None, None)
        counted = self.scaled or self.sentinels or limits or self.decimals
        if self.type in _KINDS and counted:
            raise ValueError(f"scale, offset, sentinels, range: not for type {self.type!r}")
        for text in self.sentinels:
            raw_of(text, self.type)
        if self.kind not in (None, *_KINDS.get(self.type, _NUMERIC_KINDS)):
            raise ValueError(f"kind: {self.kind!r} does not come of type {self.type!r}")
        return self

    @property
    def scaled(self) -> bool:
        """True when the value is not the raw number itself."""
        return (self.scale, self.offset) != (1.0, 0.0) or self.decimals is not None

    @property
    def default_kind(self) -> Kind:
        """The kind that follows from the type."""
        if self.type == "bit":
            return "boolean"
        if self.type == "string":
            return "text"
        return "float" if self.scaled or self.type.startswith("float") else "integer"


class Match(RegisterSpec, frozen=True):
    """``[[identify.match]]``: a register that tells this model, or its settings, from others."""

    equals: tuple[int | str, ...] = ()
    """what it may hold; that there is no such register is a contradiction too, unless `optional`"""
    never: tuple[int | str, ...] = ()
    """what it must not hold, such as the number for degrees Fahrenheit; no such register is fine"""
    at_most: int | None = None
    """the most it may hold; no such register is fine. An identification number read as
    `"uint32"` is small in the right word order and large in the wrong one"""
    optional: bool = False
    """a device without this register is no contradiction"""
    what: str = ""
    """what the register says, for the error message"""

    @model_validator(mode="after")
    def _decides(self) -> "Match":
        if not self.equals and not self.never and self.at_most is None:
            raise ValueError("equals, never, at_most: one of them is needed")
        return self

    def contradiction(self, found: object) -> str:
        """What speaks against the device when the register holds ``found`` (None: not there)."""
        if found is None and self.optional:
            return ""
        if self.equals and found not in self.equals:
            return f"not {' or '.join(map(str, self.equals))}"
        if found in self.never:
            return "which must not be"
        if self.at_most is not None and isinstance(found, int) and found > self.at_most:
            return f"more than {self.at_most}"
        return ""


class Identify(Table, frozen=True):
    """``[identify]``: what is read on connect. All optional: many devices offer nothing."""

    serial_number: RegisterSpec | None = None
    """the register that holds it"""
    firmware: RegisterSpec | None = None
    """the register that holds it"""
    model: RegisterSpec | None = None
    """the register that holds it"""
    match: tuple[Match, ...] = ()
    """`[[identify.match]]`; what contradicts makes it the wrong instrument"""
