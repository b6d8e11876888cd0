"""How long bytes take on a line."""

import msgspec

BITS = 10
"""Of a character with start bit, 8 data bits, no parity and one stop bit."""
PIECE = 0.016
"""Seconds of line that arrive together: the latency timer of common USB adapters."""
SILENT_CHARACTERS = 3.5
SHORTEST_SILENCE = 0.00175
"""Modbus over serial line V1.02, 2.5.1.1: fixed above 19200 baud."""


class Pace(msgspec.Struct, frozen=True):
    """The speed of a line; ``character`` is the time of one character in s, 0 for a network."""

    character: float = 0.0

    @classmethod
    def of(cls, baud: int | None) -> "Pace":
        """The pace of a serial line; of a network without a baud rate."""
        return cls(BITS / baud if baud else 0.0)

    @property
    def piece(self) -> int:
        """Characters that arrive together."""
        return max(1, round(PIECE / self.character)) if self.character else 1 << 16

    @property
    def silence(self) -> float:
        """The silence around an RTU frame, s; none on a network."""
        if not self.character:
            return 0.0
        return max(SHORTEST_SILENCE, SILENT_CHARACTERS * self.character)
