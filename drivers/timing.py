"""When a scan was taken, from the times of its replies. Pure."""

from collections.abc import Sequence

LONGEST_SCAN = 10_000_000_000
"""ns between the first and the last reply of one scan, at most: more means that the wall clock was
set in between, and the middle would be a time that never was."""


def midway(times: Sequence[int]) -> int:
    """The middle between first and last reply (ns since 1970 UTC); ``times`` in order of asking.

    The last one where the clock was set in between: it goes with what comes next.
    """
    first, last = min(times), max(times)
    return times[-1] if last - first > LONGEST_SCAN else (first + last) // 2
