"""What a line counts. Plain data; written by the link alone, but for what says it is set back."""

import msgspec


class LineTally(msgspec.Struct):
    """Counts of one open line; durations in seconds.

    ``asked`` counts requests and commands sent. ``received`` and ``discarded`` are bytes: those
    that arrived, and those of them that belonged to no reply. ``in_vain`` counts exchanges without
    a reply since the last byte of any kind;
    ``lost`` is the time they and the quiet time after failures took, ``listened`` the time waited
    for what is said unasked. ``slowest`` is the longest wait for a reply beyond its time on the
    line; whoever reads it sets it back.
    """

    asked: int = 0
    received: int = 0
    discarded: int = 0
    in_vain: int = 0
    lost: float = 0.0
    listened: float = 0.0
    slowest: float = 0.0
