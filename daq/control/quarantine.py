"""What the daemon answers to a request to retry or drop entries of a quarantine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from daq.control.client import ask
from daq.control.request import By, Number, Reason, Request

Action: TypeAlias = Literal["retry", "drop"]

Ranges: TypeAlias = Sequence[tuple[int, int]]
"""First and last number of each."""


class QuarantineRequest(Request, tag="quarantine", frozen=True):
    """``ranges`` are first and last numbers of entries; ``action`` is retry or drop."""

    sink: str
    action: str
    ranges: tuple[tuple[Number, Number], ...] = ()
    by: By = ""
    reason: Reason = ""


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries left the quarantine by one request, and up to which number.

    ``more`` of what was asked for is in quarantine still: ask again, for numbers beyond
    ``upto``. With ``count`` 0 there is no room for them at the moment.
    """

    count: int
    upto: int = 0
    more: bool = False


def ask_quarantine(path: Path, request: QuarantineRequest) -> Released:
    """Have entries of a sink's quarantine retried or dropped, as many as one request may.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it has no such sink, or is too old.
    """
    return ask(path, request, Released)
