"""Dates entries so that no two of a series are equal, wherever the wall clock is set. Pure.

InfluxDB takes an equal time within a series for the same point, so an equal time is a lost scan.
A clock that is set back runs through times it has shown before. Therefore times are kept in whole
microseconds, and the nanoseconds below say how often the clock has been set back: the *fold*.
Within a fold the times of a series rise, and times of different folds differ in their last three
digits. The fold in use is that of the newest entry; after 1000 it begins again.
"""

from collections.abc import Mapping

FOLDS = 1000
"""ns: the part of a time that tells the fold."""

_SAME_INSTANT = 1_000_000
"""ns: what is dated this much or less before its predecessor was taken after it all the same."""


class Timeline:
    """The newest time of each series, ns since 1970 UTC; ``newest`` is of the newest entry."""

    def __init__(self, times: Mapping[int, int], newest: int) -> None:
        self._times = dict(times)
        self._fold = newest % FOLDS

    def date(self, series: int, time: int) -> int:
        """The time to keep an entry of a series under, within 1 us of the one it has.

        An entry up to 1 ms older than its predecessor is dated just after it; what is older
        was dated by a clock that has been set back, and keeps its time.
        """
        dated = self._folded(time)
        last = self._times.get(series)
        if last is not None and last % FOLDS == self._fold and dated <= last:
            dated = self._behind(last, time)
        self._times[series] = dated
        return dated

    def _behind(self, last: int, time: int) -> int:
        if last - time <= _SAME_INSTANT:
            return last + FOLDS
        self._fold = (self._fold + 1) % FOLDS
        return self._folded(time)

    def _folded(self, time: int) -> int:
        return time - time % FOLDS + self._fold
