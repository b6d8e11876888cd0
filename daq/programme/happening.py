"""What happens in a programme, as the fold tells it. Plain data."""

from typing import TypeAlias

import msgspec

from daq.programme.plan import Segment
from daq.programme.result import Interruption, Result, Status


class Begun(msgspec.Struct, frozen=True):
    """A segment began."""

    time: int
    segment: Segment


class Reached(msgspec.Struct, frozen=True):
    """The band was reached: from now on it counts."""

    time: int
    segment: Segment
    waited: int


class Late(msgspec.Struct, frozen=True):
    """The band was not reached in time."""

    time: int
    segment: Segment


class Deviated(msgspec.Struct, frozen=True):
    """The first excursion of an attempt began: what is outside, and by how much (signed)."""

    time: int
    segment: Segment
    values: dict[str, tuple[float, float]]


class Restarted(msgspec.Struct, frozen=True):
    """The segment begins anew; ``lost`` is what the attempt took, ns."""

    time: int
    segment: Segment
    lost: int


class Done(msgspec.Struct, frozen=True):
    """A segment was left."""

    time: int
    segment: Segment
    result: Result


class Interrupted(msgspec.Struct, frozen=True):
    """Something interrupts it."""

    time: int
    segment: Segment
    interruption: Interruption


class GoesOn(msgspec.Struct, frozen=True):
    """An interruption is over."""

    time: int
    segment: Segment
    interruption: Interruption


class Over(msgspec.Struct, frozen=True):
    """The programme is over, one way or the other."""

    time: int
    status: Status


Happening: TypeAlias = (
    Begun | Reached | Late | Deviated | Restarted | Done | Interrupted | GoesOn | Over
)
