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
    """``[modbus]``: what holds for every register of the model.

    Byte and word order have no default: they are no convention, and a wrong guess gives a number
    that looks like one. ``address_base`` is what the manual calls the first register (0 or 1);
    registers in the profile are written as in the manual. ``max_gap`` is how many registers (or
    bits) nobody asked for may be read along to save a request. ``turnaround`` is the time the
    device takes to begin its reply; ``silence`` the rest it needs before a request, where that
    is longer than the 3.5 characters of the standard.
    """

    byte_order: Endian
    word_order: Endian
    address_base: Literal[0, 1] = 0
    max_registers: int = Field(default=125, ge=1, le=125)
    max_bits: int = Field(default=2000, ge=1, le=2000)
    max_gap: int = Field(default=0, ge=0, le=124)
    turnaround: Seconds = 0.02
    silence: Seconds = 0.0


class RegisterSpec(Table, frozen=True):
    """Where a value lies and how it is written there: ``register`` as the manual counts.

    ``bit`` picks one bit of a register (0 is the lowest) for type ``bit`` with functions 3 and
    4. ``length`` is the number of characters of a string, two to a register. ``byte_order`` and
    ``word_order`` override those of ``[modbus]``.
    """

    function: Function
    number: int = Field(alias="register", ge=0, le=65536)
    type: DataType
    length: int | None = Field(default=None, ge=1, le=250)
    bit: int | None = Field(default=None, ge=0, le=15)
    byte_order: Endian | None = None
    word_order: Endian | None = None

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
    """``[channel.NAME.status]``: a register that says whether the channel's value may be trusted.

    ``values`` maps what the register holds, written as a number, to a reason; ``other`` is the
    reason for any other number. ``bits`` maps bits of it (0 is the lowest) to reasons; of those
    set the worst counts. ``optional``: without such a register the value is taken as it is.
    """

    type: DataType = "uint16"
    values: Mapping[int, Reason] = {}
    bits: Mapping[int, Doubt] = {}
    other: Reason = Status.GOOD
    optional: bool = False

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
    """``[channel.NAME.decimals]``: a register that says how many decimals the raw value has."""

    type: DataType = "uint16"

    @model_validator(mode="after")
    def _integral(self) -> "DecimalsSpec":
        if self.type not in REGISTERS or self.type == "bit" or self.type.startswith("float"):
            raise ValueError(f"type: a number of decimals is an integer, not {self.type!r}")
        return self


_NUMERIC_KINDS: tuple[Kind, ...] = ("float", "integer", "boolean")
_KINDS: Mapping[str, tuple[Kind, ...]] = {"bit": ("boolean",), "string": ("text",)}


class ModbusChannel(ChannelSpec, RegisterSpec, frozen=True):
    """``[channel.NAME]`` of a Modbus profile: value = raw * scale + offset.

    ``sentinels`` maps raw values to a reason: ``{ "0x8000" = "sensor break" }``. A hexadecimal
    number is a bit pattern, so 0x8000 is -32768 for int16; ``nan`` is any NaN. Values (scaled)
    below ``under_range`` or above ``over_range`` are no measurements but what the device says
    when it cannot measure. With ``decimals`` the raw value is divided by that power of ten first.
    """

    scale: float = 1.0
    offset: float = 0.0
    under_range: float | None = None
    over_range: float | None = None
    sentinels: Mapping[str, Doubt] = {}
    status: StatusSpec | None = None
    decimals: DecimalsSpec | None = None

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
    """``[[identify.match]]``: a register that tells this model, or its settings, from others.

    ``equals`` lists what it may hold; that the register is not there is a contradiction as well,
    unless it is ``optional``. ``never`` and ``at_most`` say what contradicts; a register that is
    not there does not.
    """

    equals: tuple[int | str, ...] = ()
    never: tuple[int | str, ...] = ()
    at_most: int | None = None
    optional: bool = False
    what: str = ""

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
    firmware: RegisterSpec | None = None
    model: RegisterSpec | None = None
    match: tuple[Match, ...] = ()
