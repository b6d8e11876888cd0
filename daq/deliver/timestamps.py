"""Times as text."""

from datetime import UTC, datetime
from functools import lru_cache

SECOND = 1_000_000_000


def rfc3339(time: int) -> str:
    """Nanoseconds since 1970 as ``2026-11-23T12:00:00.000000000Z``, always nine digits."""
    seconds, nanoseconds = divmod(time, SECOND)
    return f"{_to_the_second(seconds)}.{nanoseconds:09d}Z"


@lru_cache(maxsize=64)
def _to_the_second(seconds: int) -> str:
    # Entries come in the order of time, so that one second serves many of them.
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
