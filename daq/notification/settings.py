"""How long is waited, in seconds. Plain data."""

import msgspec


class Timing(msgspec.Struct, frozen=True):
    """``deadline`` of an attempt; the wait after a failure doubles from ``first`` to ``longest``.

    ``late`` is how long a way that neither takes nor refuses is waited for beyond the deadline,
    ``parting`` how long messages under way may take when the daemon stops.
    """

    deadline: float = 30.0
    first: float = 5.0
    longest: float = 600.0
    late: float = 600.0
    parting: float = 1.5
