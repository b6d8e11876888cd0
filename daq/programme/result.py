"""What came of a step, an interruption, a programme. Plain data; times are ns."""

from typing import Literal, TypeAlias

import msgspec

from daq.programme.programme import How

Status: TypeAlias = Literal["running", "completed", "void", "cut"]
"""How a programme is; ``cut``: the run ended before it."""

Cause: TypeAlias = Literal["no-data", "power", "stopped", "paused"]
"""Why nothing counted: no reading of use, the daemon was cut off or stopped, the run was paused."""


class Worst(msgspec.Struct, frozen=True):
    """The reading furthest outside: by how much (signed), what it was, and when."""

    beyond: float
    value: float
    time: int


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The readings of a role while a step counted; ``first`` and ``last`` with their times."""

    role: str
    count: int
    mean: float
    low: float
    high: float
    first: tuple[int, float]
    last: tuple[int, float]
    set_point: tuple[float, float]
    """The planned one when the step began, and when it ended."""
    worst: Worst | None = None

    @property
    def rate(self) -> float | None:
        """By how much it changed in a minute, from the first reading to the last."""
        passed = self.last[0] - self.first[0]
        return (self.last[1] - self.first[1]) / passed * 6e10 if passed else None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one segment.

    ``begin`` and ``end`` are when it was entered and left, ``reached`` when it began to count
    (0: never). ``planned`` is how long it should count, ``counted`` how long it did; ``in_band``,
    ``out`` and ``no_data`` are how long it was so while it should count, ``waited`` how long it
    waited for the band. ``longest`` is the longest of ``excursions``. ``restarts`` is how often it
    began anew; the figures are those of the last attempt, ``lost`` what the others took.
    ``set_point_off`` and ``controller_off`` are the longest times without a break in which the
    controller was elsewhere; None where it does not tell.
    """

    number: int
    step: str
    name: str
    kind: str
    cycle: tuple[int, ...]
    begin: int
    end: int
    reached: int
    planned: int
    counted: int
    waited: int
    in_band: int
    out: int
    no_data: int
    longest: int
    excursions: int
    restarts: int
    lost: int
    spreads: tuple[Spread, ...]
    judged: bool
    verdict: Literal["within", "deviated", "unfinished"]
    reasons: tuple[str, ...] = ()
    set_point_off: int | None = None
    controller_off: int | None = None


class Interruption(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which nothing was measured, or the run was paused.

    ``end`` is 0 while it lasts. ``counted`` is how much of it counted as time of the programme;
    ``lost`` what its end cost when the step began anew.
    """

    begin: int
    cause: Cause
    step: str
    cycle: tuple[int, ...]
    how: How
    end: int = 0
    counted: int = 0
    lost: int = 0
