"""What is to be done: steps, loops and the rules by which time counts. Plain data.

The words are those of IEC 60068: a *step* brings quantities to set points (by a ramp or at once)
and keeps them there for a *dwell* within a *tolerance*; a *cycle* is a sequence of steps that is
repeated. All times are ns.
"""

from typing import Literal, TypeAlias

import msgspec

How: TypeAlias = Literal["clock", "hold", "restart-step"]
"""What time does meanwhile: it goes on, stands still, or the step begins again afterwards."""

DwellFrom: TypeAlias = Literal["band", "plan"]
"""From when a dwell counts: the band is reached, or the step begins."""

DIGITS = 9
"""Decimals to which a distance is compared, so that 40.2 is 0.2 from 40 and not more."""


class Band(msgspec.Struct, frozen=True):
    """How far below and above its set point a quantity may be, both limits included."""

    below: float
    above: float

    def beyond(self, distance: float) -> float:
        """By how much a distance from the set point is outside: signed, 0 within."""
        distance = round(distance, DIGITS)
        if distance > self.above:
            return distance - self.above
        return distance + self.below if distance < -self.below else 0.0


class Source(msgspec.Struct, frozen=True):
    """A channel of an instrument; of this scan group, or of any when ``group`` is empty."""

    instrument: str
    channel: str
    group: str = ""


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of the programme, such as ``temperature``, and where it is measured.

    ``tolerance`` is that of dwells, ``ramp_tolerance`` of ramps; None: not judged. ``set_point``
    is where the controller tells its own. ``uncertain``: readings of uncertain quality count.
    """

    name: str
    source: Source
    set_point: Source | None = None
    set_point_within: float = 0.5
    tolerance: Band | None = None
    ramp_tolerance: Band | None = None
    start: float | None = None
    uncertain: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, tag="step"):
    """Set points, how they are reached, and how long they are kept.

    ``set`` stays in force until another step sets or releases (``off``) it. ``ramp`` is how long
    all set points move; ``rate`` by how much one of them moves in a minute. ``soak`` is how long
    the band must be kept before a dwell counts, ``wait_at_most`` how long that may take (0: for
    ever), ``out_at_most`` how long a dwell may be outside. ``controller_step`` is what the
    controller calls it.
    """

    name: str
    set: dict[str, float] = {}
    off: tuple[str, ...] = ()
    ramp: int = 0
    rate: dict[str, float] = {}
    dwell: int | None = None
    tolerance: dict[str, Band] = {}
    ramp_tolerance: dict[str, Band] = {}
    dwell_from: DwellFrom = "band"
    soak: int = 0
    wait_at_most: int = 0
    out_at_most: int = 0
    interruption: How = "hold"
    out_of_band: How = "hold"
    controller_step: int | None = None


class Loop(msgspec.Struct, frozen=True, kw_only=True, tag="loop"):
    """Steps that are repeated."""

    name: str
    cycles: int
    steps: tuple["Step | Loop", ...]


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A whole programme; ``void_after`` is the longest interruption it survives (0: any).

    ``reading_holds`` is for how long a reading counts; 0 is three intervals of its scan group.
    ``lag`` is for how long the controller may be elsewhere than the plan.
    """

    name: str
    title: str = ""
    standard: str = ""
    roles: tuple[Role, ...]
    steps: tuple[Step | Loop, ...]
    void_after: int = 0
    reading_holds: int = 0
    lag: int = 0
    controller: Source | None = None

    def role(self, name: str) -> Role:
        """The role of this name."""
        return next(role for role in self.roles if role.name == name)
