"""What the daemon answers to a request to retry or drop entries of a quarantine."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

Action: TypeAlias = Literal["retry", "drop"]

Ranges: TypeAlias = Sequence[tuple[int, int]]
"""First and last number of each."""


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries left the quarantine by one request, and up to which number.

    ``more`` of what was asked for is in quarantine still: ask again, for numbers beyond
    ``upto``. With ``count`` 0 there is no room for them at the moment.
    """

    count: int
    upto: int = 0
    more: bool = False
