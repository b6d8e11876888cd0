"""A controller that runs a programme of ramps and dwells in a chamber, and keeps what really was.

A dwell counts once the air has been within the band for the ``soak`` of the segment, and only
while it is (what makers call guaranteed soak). Without
power, and while somebody has paused it, the programme stands still; the chamber follows the room
without power. From memory: makers let the user choose whether a programme goes on, is held or
begins anew after a power failure; this one is held.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from simulators.devices.chamber import Chamber


class Segment(msgspec.Struct, frozen=True):
    """A ramp to ``target`` (degrees Celsius), or a dwell there; so many seconds."""

    kind: Literal["ramp", "dwell"]
    target: float
    duration: float
    soak: float = 0.0


class Ran(msgspec.Struct):
    """What really was of one segment; times in seconds of the simulation.

    ``outside`` is how long a dwell was out of the band after it had been reached, in
    ``excursions``; ``worst`` the reading that was furthest from the target then.
    """

    begin: float
    end: float = 0.0
    reached: float | None = None
    counted: float = 0.0
    outside: float = 0.0
    excursions: int = 0
    worst: float | None = None
    standing: float = 0.0
    """How long there was no power, or it was paused."""


class Programme:
    """Runs ``segments`` in a chamber, of which ``band`` is how far a dwell may be from its target.

    ``powered``, ``paused`` and the chamber's ``door_open`` are set from outside.
    """

    def __init__(self, chamber: Chamber, segments: Sequence[Segment], band: float) -> None:
        self.chamber = chamber
        self.time = 0.0
        self.powered = True
        self.paused = False
        self.ran: list[Ran] = [Ran(0.0)]
        self.segments, self._band = segments, band
        self._from = chamber.temperature_setpoint
        self._out = False
        self._within = 0.0

    @property
    def number(self) -> int:
        """Which segment it is at, from 0; as many as there are when all are done."""
        return len(self.ran) - 1

    @property
    def done(self) -> bool:
        """Whether all are done."""
        return self.number >= len(self.segments)

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self.chamber.runs = self.powered
        self.chamber.step(dt)
        self.time += dt
        if self.done:
            return
        if self.powered and not self.paused:
            self._advance(dt)
        else:
            self.ran[-1].standing += dt
            self._out, self._within = False, 0.0

    def _advance(self, dt: float) -> None:
        segment, ran = self.segments[self.number], self.ran[-1]
        if segment.kind == "ramp":
            ran.counted += dt
            share = min(ran.counted / segment.duration, 1.0)
            self.chamber.hold(self._from + (segment.target - self._from) * share)
        else:
            self.chamber.hold(segment.target)
            self._dwell(ran, segment, dt)
        if ran.counted >= segment.duration:
            self._next(segment)

    def _dwell(self, ran: Ran, segment: Segment, dt: float) -> None:
        air = self.chamber.temperature
        within = abs(air - segment.target) <= self._band
        if ran.reached is None:
            self._within = self._within + dt if within else 0.0
            if within and self._within >= segment.soak + dt:
                ran.reached = self.time - dt
                ran.counted += dt
            return
        if within:
            ran.counted += dt
        else:
            ran.outside += dt
            ran.excursions += not self._out
            if ran.worst is None or abs(air - segment.target) > abs(ran.worst - segment.target):
                ran.worst = air
        self._out = not within

    def _next(self, segment: Segment) -> None:
        self.ran[-1].end = self.time
        self.ran.append(Ran(self.time))
        self._from, self._out, self._within = segment.target, False, 0.0
