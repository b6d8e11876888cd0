"""Where a programme is: all that the fold knows, so that it can be kept and taken up again."""

from typing import Literal

import msgspec

from daq.programme.result import Cause, Interruption, Status, Worst


class Held(msgspec.Struct):
    """A reading that counts until ``until`` (ns); ``beyond`` is by how much it is outside."""

    value: float
    until: int
    beyond: float = 0.0


class Range(msgspec.Struct):
    """The readings of a role so far."""

    count: int = 0
    total: float = 0.0
    low: float = 0.0
    high: float = 0.0
    first: tuple[int, float] = (0, 0.0)
    last: tuple[int, float] = (0, 0.0)
    worst: Worst | None = None

    def note(self, time: int, value: float, beyond: float) -> None:
        """Take a reading."""
        if not self.count:
            self.low = self.high = value
            self.first = (time, value)
        self.count += 1
        self.total += value
        self.low, self.high = min(self.low, value), max(self.high, value)
        self.last = (time, value)
        if beyond and (self.worst is None or abs(beyond) > abs(self.worst.beyond)):
            self.worst = Worst(beyond, value, time)


class Elsewhere(msgspec.Struct):
    """For how long something is not where it should be; ``since`` None while it is there."""

    since: int | None = None
    longest: int = 0

    def look(self, now: int, *, off: bool) -> None:
        """Note how it is from now on."""
        if self.since is not None:
            self.longest = max(self.longest, now - self.since)
        elif off:
            self.since = now
        if not off:
            self.since = None


class Tally(msgspec.Struct):
    """What is summed up of the segment that goes on; see ``Result``."""

    reached: int = 0
    waited: int = 0
    in_band: int = 0
    out: int = 0
    no_data: int = 0
    longest: int = 0
    excursions: int = 0
    excursion: int | None = None
    """When the excursion that goes on began."""
    ranges: dict[str, Range] = {}


class State(msgspec.Struct, kw_only=True):
    """Everything, at ``now``."""

    now: int
    begun: int
    """When the run began."""
    begin: int
    """When the segment was entered."""
    number: int = 0
    status: Status = "running"
    phase: Literal["waiting", "counting"] = "waiting"
    counted: int = 0
    soaked: int = 0
    attempt: int = 0
    """When the attempt at the segment began."""
    restarts: int = 0
    lost: int = 0
    paused: bool = False
    cause: Cause = "no-data"
    """Why there will be no reading, as far as that is known since the last one."""
    short: bool = False
    """Whether the controller went on to the next step a little before the dwell was done."""
    late: bool = False
    """Whether it was told that the band was not reached in time."""
    held: dict[str, Held] = {}
    interruption: Interruption | None = None
    tally: Tally = msgspec.field(default_factory=Tally)
    set_points: dict[str, Elsewhere] = {}
    controller: Elsewhere | None = None
    waits: dict[str, tuple[int, int, int]] = {}
    """By step: how often its band was waited for, how long in all, how long at most."""
    done: dict[str, int] = {}
    """Cycles completed, by loop."""
    broken: dict[str, int] = {}
    """Of these, with a step that deviated."""
    flawed: tuple[str, ...] = ()
    """Loops whose present cycle has a step that deviated."""
    deviated: int = 0
    """Steps that deviated."""
    interruptions: int = 0
    interrupted: int = 0
    """How many interruptions there were, and how long in all."""
