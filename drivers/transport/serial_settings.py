"""How characters are sent on a serial line. Plain data, so profiles need not import serialx."""

from typing import Literal, TypeAlias

import msgspec

Parity: TypeAlias = Literal["none", "even", "odd", "mark", "space"]
Flow: TypeAlias = Literal["none", "hardware", "software"]


class SerialSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How characters are sent on a serial line."""

    baud: int = 9600
    data_bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1
    flow: Flow = "none"

    @property
    def character(self) -> float:
        """Seconds one character takes: start bit, data, parity, stop bits."""
        return (1 + self.data_bits + (self.parity != "none") + self.stop_bits) / self.baud

    def __str__(self) -> str:
        return f"{self.baud} {self.data_bits}{self.parity[0].upper()}{self.stop_bits}"
