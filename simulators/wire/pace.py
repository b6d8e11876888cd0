"""How long bytes take on a line."""

import msgspec

BITS = 10
"""Of a character with start bit, 8 data bits, no parity and one stop bit (8N1)."""
PIECE = 0.016
"""Seconds of line that arrive together: the latency timer of common USB adapters."""
SILENT_CHARACTERS = 3.5
SHORTEST_SILENCE = 0.00175
"""Modbus over serial line V1.02, 2.5.1.1: fixed above 19200 baud."""


class Pace(msgspec.Struct, frozen=True):
    """The speed of a line; times in s.

    ``character`` is the time of one character, 0 for a network; ``gap`` the pause the devices
    make after each. ``exact`` sends every character at its own time; otherwise they come in
    pieces, as a USB adapter hands them over.
    """

    character: float = 0.0
    gap: float = 0.0
    exact: bool = False

    @classmethod
    def of(
        cls, baud: int | None, bits: int = BITS, *, gap: float = 0.0, exact: bool = False
    ) -> "Pace":
        """The pace of a serial line; of a network without a baud rate."""
        return cls(bits / baud if baud else 0.0, gap, exact)

    @property
    def piece(self) -> int:
        """Characters that arrive together."""
        if self.gap or (self.exact and self.character):
            return 1
        return max(1, round(PIECE / self.character)) if self.character else 1 << 16

    def sent(self, characters: int) -> float:
        """Seconds after the start of a reply at which so many characters of it have arrived."""
        return characters * self.character + max(0, characters - 1) * self.gap

    @property
    def silence(self) -> float:
        """The silence around an RTU frame, s; none on a network."""
        if not self.character:
            return 0.0
        return max(SHORTEST_SILENCE, SILENT_CHARACTERS * self.character)
