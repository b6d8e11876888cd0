"""Status rules: what a field says about the values beside it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator

from drivers.model import Status
from drivers.profile import Table
from drivers.reason import Reason

DECIMAL = 10


class StatusRule(Table, frozen=True):
    """What a field says about a value.

    ``field`` is a group of the same reply, or ``QUERY.GROUP`` of another query of the same scan.
    ``map`` knows whole texts (a field that is absent is the text ""), ``bits`` the bits of an
    integer that is written in base 10 or 16, ``flags`` words separated by blanks. ``other`` is for
    what is not listed.
    """

    field: str
    map: Mapping[str, Reason] = {}
    bits: Mapping[str, Reason] = {}
    base: Literal[10, 16] = DECIMAL
    flags: Mapping[str, Reason] = {}
    other: Reason = Status.MALFORMED_REPLY

    @model_validator(mode="after")
    def _one_kind(self) -> "StatusRule":
        if [bool(self.map), bool(self.bits), bool(self.flags)].count(True) != 1:
            raise ValueError("needs exactly one of map, bits, flags")
        if any(not mask.isascii() or not mask.isdecimal() or int(mask) < 1 for mask in self.bits):
            raise ValueError('bits: the keys are masks in decimal, such as "16"')
        if self.base != DECIMAL and not self.bits:
            raise ValueError("base belongs to bits")
        return self
