"""What is planned by the event loop's clock, told by the wall clock."""

import msgspec


class Moments(msgspec.Struct, frozen=True):
    """The same moment by two clocks: ``wall`` (ns since 1970 UTC) and ``steady`` (s)."""

    wall: int
    steady: float

    def of(self, steady: float | None) -> int:
        """A moment of the steady clock by the other, when it is yet to come; else 0."""
        if steady is None or steady <= self.steady:
            return 0
        return self.wall + round((steady - self.steady) * 1e9)
