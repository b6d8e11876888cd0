"""The stretch of time a view looks at, as a link says it: ``from=-24h&to=now``. Pure."""

from typing import Self

from daq.plot.stretch import Stretch
from daq.timefmt import parse_time, rfc3339
from daq.web.errors import WrongLinkError

YEARS = 20
LONGEST = YEARS * 366 * 86_400
"""Seconds a period may have."""

SHORTEST = 1
_NS = 1_000_000_000


class Period(Stretch, frozen=True, kw_only=True):
    """From ``start`` to before ``end``, ns since 1970 UTC; ``said`` is how the link says both."""

    said: tuple[str, str]

    @classmethod
    def of(cls, start: str, end: str, now: int) -> Self:
        """What a link means.

        Raises:
            WrongLinkError: it is no time, or not a period that is looked at.
        """
        try:
            first, last = parse_time(start, now), parse_time(end, now)
        except ValueError as error:
            raise WrongLinkError("time", start=start[:60], end=end[:60]) from error
        if last - first < SHORTEST * _NS:
            raise WrongLinkError("period", start=start[:60], end=end[:60])
        if last - first > LONGEST * _NS:
            raise WrongLinkError("long", years=YEARS)
        return cls(start=first, end=last, said=(start, end))

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / _NS

    @property
    def moves(self) -> bool:
        """Whether it ends now, so that something new belongs to it."""
        return self.said[1] == "now"

    def fixed(self) -> tuple[str, str]:
        """How a link says exactly this period, whenever it is followed."""
        return _short(self.start), _short(self.end)

    def moved(self, share: float) -> tuple[str, str]:
        """The period next to it: later by a share of its length, earlier when below 0."""
        by = int((self.end - self.start) * share)
        return _short(self.start + by), _short(self.end + by)

    def scaled(self, factor: float) -> tuple[str, str]:
        """The period around the same middle, so many times as long."""
        half = max(int((self.end - self.start) * factor / 2), SHORTEST * _NS)
        middle = (self.start + self.end) // 2
        return _short(middle - half), _short(middle + half)


def _short(time: int) -> str:
    """To the millisecond: enough for a link."""
    return f"{rfc3339(time)[:-7]}Z"
