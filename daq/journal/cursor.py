"""How far a sink has got in the journal."""

import msgspec


class Cursor(msgspec.Struct, frozen=True):
    """Every entry up to ``live`` is delivered, except the ``backlog``.

    ``backlog`` holds inclusive ranges of sequence numbers, ascending and apart, all <= ``live``.
    """

    live: int
    backlog: tuple[tuple[int, int], ...] = ()

    def undelivered(self, first: int, last: int) -> int:
        """How many numbers of the inclusive range the sink has not got."""
        ranges = (*self.backlog, (self.live + 1, last))
        overlaps = (min(last, high) - max(first, low) + 1 for low, high in ranges)
        return sum(count for count in overlaps if count > 0)


class Quarantined(msgspec.Struct, frozen=True):
    """An entry a sink refused for good: why, and when (ns since 1970 UTC)."""

    sink: str
    seq: int
    reason: str
    time: int
