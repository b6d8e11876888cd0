"""Compares what was journalled with what the simulators say they have sent. Pure."""

import bisect
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from daq.journal.entry import Scan
from drivers.model import Quality, Value

WINDOW = 2_000_000_000
"""ns between the time of a scan (mid-transaction) and that of the reply at the simulator."""

DEVIATIONS_KEPT = 10
"""How many deviations are described; all are counted."""


class Served(msgspec.Struct, frozen=True):
    """One reply as the simulator logged it: channel values exactly as they were sent."""

    time: int
    device: str
    values: dict[str, Value]


class Agreement(msgspec.Struct):
    """How many good readings were looked up among the replies, and how many were not there."""

    compared: int = 0
    deviating: int = 0
    deviations: list[str] = []


class _Replies:
    """The replies of one device that carried one channel, in order of time."""

    def __init__(self) -> None:
        self._times: list[int] = []
        self._values: list[Value] = []

    def add(self, time: int, value: Value) -> None:
        self._times.append(time)
        self._values.append(value)

    def around(self, time: int) -> Sequence[Value]:
        first = bisect.bisect_left(self._times, time - WINDOW)
        last = bisect.bisect_right(self._times, time + WINDOW)
        return self._values[first:last]


def compare(scans: Iterable[Scan], served: Iterable[Served]) -> Agreement:
    """Look up every reading that is not bad among the replies of its device around its time."""
    replies = _index(served)
    agreement = Agreement()
    for scan in scans:
        channels = scan.series.key.channels
        for channel, value, status in zip(channels, scan.values, scan.statuses, strict=True):
            if status.quality is not Quality.BAD:
                _look_up(replies, scan, channel.name, value, agreement)
    return agreement


def _index(served: Iterable[Served]) -> Mapping[tuple[str, str], _Replies]:
    replies: defaultdict[tuple[str, str], _Replies] = defaultdict(_Replies)
    for reply in sorted(served, key=lambda reply: reply.time):
        for channel, value in reply.values.items():
            replies[reply.device, channel].add(reply.time, value)
    return replies


def _look_up(
    replies: Mapping[tuple[str, str], _Replies],
    scan: Scan,
    channel: str,
    value: Value,
    agreement: Agreement,
) -> None:
    instrument = scan.series.key.instrument
    candidates = replies[instrument, channel].around(scan.time)
    agreement.compared += 1
    if any(_same(value, candidate) for candidate in candidates):
        return
    agreement.deviating += 1
    if len(agreement.deviations) < DEVIATIONS_KEPT:
        agreement.deviations.append(
            f"{instrument}.{channel}: journalled {value!r} (seq {scan.seq}), "
            f"the simulator sent {list(candidates)[:5]!r}"
        )


def _same(value: Value, sent: Value) -> bool:
    if isinstance(value, (int, float)) and isinstance(sent, (int, float)):
        # A scale such as 0.1 may round differently at the two ends, in the last bit only.
        return math.isclose(value, sent, rel_tol=1e-12)
    return value == sent
