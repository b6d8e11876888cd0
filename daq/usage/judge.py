"""When a condition on a channel held, out of summaries as far as they say enough. Pure."""

from collections.abc import Iterable

import msgspec

from daq.journal.trend.pieces import Readings
from daq.journal.trend.span import Span
from daq.usage.plan import ByChannel
from daq.usage.stream import GAP, Stream, in_order, is_whole
from daq.usage.stretches import Set, longer, outside, union
from drivers.model import Value


class Found(msgspec.Struct, frozen=True):
    """When something held, and when it is known whether it did."""

    held: Set = ()
    known: Set = ()


class Judge:
    """Whether a rule holds, reading by reading or for a whole range of them."""

    def __init__(self, rule: ByChannel) -> None:
        self._rule = rule
        self._values = frozenset(rule.values)

    def of(self, value: Value, *, before: bool) -> bool | None:
        """Of one value; None where it cannot be judged."""
        if value is None:
            return None
        if self._values:
            return value in self._values
        if isinstance(value, str):
            return None
        return self._within(float(value), self._rule.dead_band if before else 0.0)

    def of_range(self, least: float, greatest: float, *, before: bool) -> bool | None:
        """Of many values in a row; None where they do not all say the same."""
        if self._values:
            return self._of_equal(least, greatest)
        if self._within(least, 0.0) and self._within(greatest, 0.0):
            return True
        if self._out(least, greatest, self._rule.dead_band):
            return False
        if before:
            band = self._rule.dead_band
            return True if self._within(least, band) and self._within(greatest, band) else None
        return False if self._out(least, greatest, 0.0) else None

    def _of_equal(self, least: float, greatest: float) -> bool | None:
        if least == greatest:
            return least in self._values
        # Numbers between two others: none of them is wanted if none lies there.
        numbers = [value for value in self._values if not isinstance(value, str | None)]
        return False if not any(least <= value <= greatest for value in numbers) else None

    def _within(self, value: float, band: float) -> bool:
        above, below = self._rule.above, self._rule.below
        return (above is None or value > above - band) and (below is None or value < below + band)

    def _out(self, least: float, greatest: float, band: float) -> bool:
        above, below = self._rule.above, self._rule.below
        too_low = above is not None and greatest <= above - band
        return too_low or (below is not None and least >= below + band)


class _Course:
    """Gathers stretches: a reading counts until the next one, for ``GAP`` intervals at most."""

    def __init__(self) -> None:
        self.held: list[tuple[int, int]] = []
        self.known: list[tuple[int, int]] = []
        self.holds = False
        self._since: int | None = None
        self._limit = 0

    def say(self, time: int, limit: int, *, holds: bool) -> None:
        """It holds or not from this moment on, until a limit when nothing more comes."""
        if self._since is not None and time > self._since:
            self._close(min(time, self._limit))
        self._since, self._limit, self.holds = time, time + limit, holds

    def carry(self, time: int, limit: int) -> None:
        """Nothing changes up to a moment, and for the limit after it."""
        if self._since is not None:
            self._limit = time + limit

    def end(self) -> None:
        """No more comes."""
        if self._since is not None:
            self._close(self._limit)
        self._since = None

    def _close(self, end: int) -> None:
        assert self._since is not None  # noqa: S101 - both callers have asked
        self.known.append((self._since, end))
        if self.holds:
            self.held.append((self._since, end))


def judge(
    rule: ByChannel, streams: Iterable[Stream], start: int, end: int, *, before: bool = False
) -> Found:
    """When a rule held within a stretch; ``before``: whether it did before all that is given."""
    course = _judged(Judge(rule), streams, before=before)
    whole = union(course.known)
    found = longer(union(course.held), rule.on_delay)
    pauses = (pause for pause in outside(found, start, end) if pause[1] - pause[0] < rule.off_delay)
    short = [pause for pause in pauses if start < pause[0] and pause[1] < end]
    seen = [pause for pause in short if not outside(whole, *pause)]
    return Found(union([*found, *seen]), whole)


def _judged(judge: Judge, streams: Iterable[Stream], *, before: bool) -> _Course:
    course = _Course()
    course.holds = before
    for stream, piece in in_order(streams):
        limit = round(GAP * stream.interval)
        if isinstance(piece, Span):
            verdict = _of_span(judge, piece, stream, before=course.holds)
            if verdict is not None:
                course.say(piece.low, limit, holds=verdict)
                course.carry(piece.high, limit)
                continue
            for readings in stream.expand(piece):
                _take(course, judge, readings, stream, limit)
        else:
            _take(course, judge, piece, stream, limit)
    course.end()
    return course


def _of_span(judge: Judge, span: Span, stream: Stream, *, before: bool) -> bool | None:
    part = span.parts[0]
    if not is_whole(span, stream.interval):
        return None
    ends = (part.least, part.greatest)
    if stream.correct is not None:
        ends = (stream.correct(part.least), stream.correct(part.greatest))
    return judge.of_range(min(ends), max(ends), before=before)


def _take(course: _Course, judge: Judge, readings: Readings, stream: Stream, limit: int) -> None:
    last: int | None = None
    for time, reading in zip(readings.times, readings.values, strict=True):
        verdict = judge.of(stream.value(reading), before=course.holds)
        if verdict is None:
            continue
        # Most say the same as the one before: nothing but the end moves on.
        if verdict == course.holds and last is not None and time - last <= limit:
            course.carry(time, limit)
        else:
            course.say(time, limit, holds=verdict)
        last = time
