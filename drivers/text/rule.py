"""Status rules: what a field says about the values beside it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator

from drivers.model import Status
from drivers.profile import Table
from drivers.reason import Reason

DECIMAL = 10


class StatusRule(Table, frozen=True):
    """A status rule: what a field says about a value beside it. The worst status of all wins."""

    field: str
    """a group of the same reply, or `QUERY.GROUP` of another query, which is then asked in the
    same scan"""
    map: Mapping[str, Reason] = {}
    """the whole field: `{ S = "good", D = "unstable" }`; an absent field is `""`"""
    bits: Mapping[str, Reason] = {}
    """masks, in decimal, of an integer: `{ "16" = "under range" }`"""
    base: Literal[10, 16] = DECIMAL
    """how the reply writes that integer"""
    flags: Mapping[str, Reason] = {}
    """words separated by blanks, in any number: `{ MOV = "over range" }`"""
    other: Reason = Status.MALFORMED_REPLY
    """what is not listed"""

    @model_validator(mode="after")
    def _one_kind(self) -> "StatusRule":
        if [bool(self.map), bool(self.bits), bool(self.flags)].count(True) != 1:
            raise ValueError("needs exactly one of map, bits, flags")
        if any(not mask.isascii() or not mask.isdecimal() or int(mask) < 1 for mask in self.bits):
            raise ValueError('bits: the keys are masks in decimal, such as "16"')
        if self.base != DECIMAL and not self.bits:
            raise ValueError("base belongs to bits")
        return self
