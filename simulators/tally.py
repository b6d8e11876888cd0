"""How many replies a device has made, and what became of them."""

import msgspec


class Tally(msgspec.Struct):
    """Counts of one device since the lab's start.

    ``replies`` is what the device wanted to say; ``served`` what went out whole and undamaged,
    as in the served log; ``struck`` what a fault had a hand in (a late reply that comes whole
    is both).
    """

    replies: int = 0
    served: int = 0
    struck: int = 0
