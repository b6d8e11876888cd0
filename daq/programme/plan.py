"""From a programme to what is done one after the other, and how long that takes. Pure."""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from daq.programme.programme import Band, DwellFrom, How, Loop, Programme, Role, Step

MINUTE = 60_000_000_000


class Path(msgspec.Struct, frozen=True):
    """Where the set point of a role is while its step goes on: from ``begin`` to ``end``."""

    role: str
    begin: float
    end: float
    duration: int = 0

    def at(self, passed: int) -> float:
        """The set point after so many ns of the step."""
        if passed >= self.duration:
            return self.end
        return self.begin + (self.end - self.begin) * (passed / self.duration)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """One ramp or one dwell, as often as it is run through.

    ``step`` is its place in the programme (``2.1``), the same in every cycle; ``cycle`` the number
    of the cycle in each loop around it, from 1; ``completes`` the loops of which a cycle ends
    with it.
    """

    number: int
    step: str
    name: str
    kind: str
    paths: tuple[Path, ...]
    duration: int
    bands: dict[str, Band]
    cycle: tuple[int, ...] = ()
    loops: tuple[str, ...] = ()
    completes: tuple[str, ...] = ()
    dwell_from: DwellFrom = "plan"
    soak: int = 0
    wait_at_most: int = 0
    out_at_most: int = 0
    interruption: How = "hold"
    out_of_band: How = "clock"
    controller_step: int | None = None

    @property
    def waits(self) -> bool:
        """Whether it counts only from when the band is reached."""
        return self.dwell_from == "band" and bool(self.bands)


class Plan:
    """The segments of a programme in their order, and the cycles there are of each loop."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.cycles: dict[str, int] = {}
        self._at = {role.name: role.start for role in programme.roles}
        self._on: list[str] = []
        self.segments: tuple[Segment, ...] = tuple(self._numbered())

    @property
    def duration(self) -> int:
        """How long it takes when nothing is waited for and nothing goes wrong, in ns."""
        return sum(each.duration for each in self.segments)

    def _numbered(self) -> Iterator[Segment]:
        steps = self._sequence(self.programme.steps, "", (), ())
        for number, segment in enumerate(steps):
            yield replace(segment, number=number)

    def _sequence(
        self,
        steps: tuple[Step | Loop, ...],
        prefix: str,
        loops: tuple[str, ...],
        cycle: tuple[int, ...],
    ) -> Iterator[Segment]:
        for number, each in enumerate(steps, start=1):
            place = f"{prefix}{number}"
            if isinstance(each, Loop):
                yield from self._loop(each, place, loops, cycle)
            else:
                yield from self._step(each, place, loops, cycle)

    def _loop(
        self, loop: Loop, place: str, loops: tuple[str, ...], cycle: tuple[int, ...]
    ) -> Iterator[Segment]:
        for turn in range(1, loop.cycles + 1):
            self.cycles[loop.name] = self.cycles.get(loop.name, 0) + 1
            done = [*self._sequence(loop.steps, f"{place}.", (*loops, loop.name), (*cycle, turn))]
            ends = (*done[-1].completes, loop.name)
            yield from done[:-1]
            yield replace(done[-1], completes=ends)

    def _step(
        self, step: Step, place: str, loops: tuple[str, ...], cycle: tuple[int, ...]
    ) -> Iterator[Segment]:
        """A ramp, a dwell, or one and then the other."""
        self._on = [name for name in self._on if name not in step.off]
        self._on += [name for name in step.set if name not in self._on]
        base = Segment(
            number=0,
            step=place,
            name=step.name,
            kind="ramp",
            paths=self._ramp(step),
            duration=0,
            bands=self._bands(step.ramp_tolerance, ramp=True),
            cycle=cycle,
            loops=loops,
            interruption=step.interruption,
            controller_step=step.controller_step,
        )
        if base.paths:
            yield replace(base, duration=max(path.duration for path in base.paths))
        self._at |= step.set
        if step.dwell is not None:
            yield replace(
                base,
                kind="dwell",
                paths=tuple(self._rest(name) for name in self._on),
                duration=step.dwell,
                bands=self._bands(step.tolerance, ramp=False),
                dwell_from=step.dwell_from,
                soak=step.soak,
                wait_at_most=step.wait_at_most,
                out_at_most=step.out_at_most,
                out_of_band=step.out_of_band,
            )

    def _rest(self, name: str) -> Path:
        value = _known(self._at[name])
        return Path(name, value, value)

    def _ramp(self, step: Step) -> tuple[Path, ...]:
        if not step.ramp and not step.rate:
            return ()
        return tuple(self._path(step, name) for name in self._on)

    def _path(self, step: Step, name: str) -> Path:
        begin = self._at[name]
        end = step.set.get(name, begin)
        begin = _known(end if begin is None else begin)
        end = _known(end)
        duration = step.ramp
        if name in step.rate:
            duration = round(abs(end - begin) / step.rate[name] * MINUTE)
        return Path(name, begin, end, duration if begin != end else step.ramp)

    def _bands(self, own: dict[str, Band], *, ramp: bool) -> dict[str, Band]:
        roles = map(self.programme.role, self._on)
        found = {role.name: own.get(role.name) or _general(role, ramp=ramp) for role in roles}
        return {name: band for name, band in found.items() if band is not None}


def _general(role: Role, *, ramp: bool) -> Band | None:
    return role.ramp_tolerance if ramp else role.tolerance


def _known(value: float | None) -> float:
    assert value is not None  # noqa: S101 - a role is on once it was set
    return value
