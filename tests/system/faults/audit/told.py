"""The replies to one question, and what the scans it was asked for have taken of them."""

import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from drivers.model import Value

NS = 1_000_000_000
APART = 2 * NS
"""A scan is dated in the middle of its transaction, a reply when its values were taken."""

FAILED_WITHIN = 5 * NS
"""After a reply was sent, at the latest, a failed scan says that it was not taken. One of which
another part was taken is dated up to a second before."""

Values: TypeAlias = tuple[Value, ...]


class Reply(msgspec.Struct, frozen=True):
    """A line of the simulators' served log."""

    time: int
    device: str
    values: dict[str, Value]
    request: str
    late: bool = False


class Told:
    """The replies to one question, and the scans that question was asked for."""

    def __init__(self, channels: Sequence[str]) -> None:
        self.channels = channels
        self.replies: list[Reply] = []
        self.by_values: defaultdict[Values, list[int]] = defaultdict(list)
        self.taken: set[int] = set()
        self.failures: list[tuple[int, str]] = []
        self.order: list[int] = []
        self._taken_times: list[int] = []
        self._failed_times: list[int] = []
        self._probed: set[int] = set()

    def add(self, reply: Reply) -> None:
        self.by_values[self._of(reply)].append(len(self.replies))
        self.replies.append(reply)

    def _of(self, reply: Reply) -> Values:
        return tuple(reply.values.get(name) for name in self.channels)

    def differ(self, one: int, other: int) -> bool:
        """Whether two replies, by place, say different things."""
        return self._of(self.replies[one]) != self._of(self.replies[other])

    def take(self, values: Values, times: Sequence[int]) -> Reply | None:
        """The reply with these values nearest in time that is in no scan yet."""
        free = [place for place in self.by_values.get(values, ()) if place not in self.taken]
        if not free:
            return None
        apart, place = min((_apart(self.replies[place].time, times), place) for place in free)
        if apart > APART:
            return None
        self.taken.add(place)
        self.order.append(place)
        return self.replies[place]

    def take_part(self, wanted: Mapping[int, Value], times: Sequence[int]) -> Reply | None:
        """The same where only some channels, by place, have a value: another question failed."""
        found = self._about(times)
        fitting = [
            place
            for place in found
            if all(self._of(self.replies[place])[i] == value for i, value in wanted.items())
        ]
        if not fitting:
            return None
        return self.take(self._of(self.replies[fitting[0]]), times)

    def _about(self, times: Sequence[int]) -> list[int]:
        found: list[int] = []
        for time in times:
            first = bisect.bisect_left(self.replies, time - APART, key=_time)
            last = bisect.bisect_right(self.replies, time + APART, key=_time)
            found += (place for place in range(first, last) if place not in self.taken)
        return sorted(found, key=lambda place: _apart(self.replies[place].time, times))

    def left(self) -> Iterator[Reply]:
        return (each for place, each in enumerate(self.replies) if place not in self.taken)

    def given_up(self, reply: Reply, offsets: Sequence[int]) -> bool:
        """Whether a scan has failed, so far, between the taking of the values and now.

        A reply that was held back may be taken as long as its own question waits for it.
        """
        moments = [reply.time + offset for offset in offsets]
        return any(
            0 < failed - moment < APART for failed, _ in self.failures[-9:] for moment in moments
        )

    def settle(self) -> None:
        """All scans have been matched."""
        self.failures.sort()
        self._failed_times = [time for time, _ in self.failures]
        self._taken_times = sorted(self.replies[place].time for place in self.taken)

    def taken_between(self, begin: int, end: int) -> bool:
        """Whether a reply after ``begin`` and before ``end`` is in a scan."""
        place = bisect.bisect_right(self._taken_times, begin)
        return place < len(self._taken_times) and self._taken_times[place] < end

    def failure(self, reply: Reply, end: int, offsets: Sequence[int]) -> str:
        """The reason of the failed scan that tells of this reply; each tells of one.

        It came soon after the reply, before anything later is in a scan, and before ``end``.
        """
        for offset in offsets:
            moment = reply.time + offset
            place = bisect.bisect_left(self.failures, (moment - NS, ""))
            if place == len(self.failures):
                continue
            failed = self.failures[place][0] - offset
            late = failed - reply.time > FAILED_WITHIN or failed > end
            if not late and not self.taken_between(reply.time, failed):
                return f"failed scan: {self.failures.pop(place)[1]}"
        return ""

    def probed(self, reply: Reply, offsets: Sequence[int]) -> bool:
        """Whether the reply may only have shown that an instrument is back; one may, each time.

        The last scan before it has failed, and none was taken since.
        """
        for offset in offsets:
            place = bisect.bisect_left(self._failed_times, reply.time + offset) - 1
            if place < 0 or place in self._probed:
                continue
            if not self.taken_between(self._failed_times[place] - offset, reply.time):
                self._probed.add(place)
                return True
        return False


def _time(reply: Reply) -> int:
    return reply.time


def _apart(time: int, times: Sequence[int]) -> int:
    return min(abs(time - each) for each in times)
