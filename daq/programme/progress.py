"""How far a programme is, and how long it will take. Pure."""

from collections.abc import Iterator

import msgspec

from daq.programme.plan import Plan, Segment
from daq.programme.result import Interruption, Status
from daq.programme.state import State


class Remaining(msgspec.Struct, frozen=True):
    """How long the rest takes, in ns, when nothing interrupts it.

    ``least``: no band is waited for. ``likely``: each as long as it was on average in the cycles
    before. ``most``: each as long as the longest was, or as it may be; None where neither is known.
    """

    least: int
    likely: int
    most: int | None


class Cycles(msgspec.Struct, frozen=True):
    """Cycles of a loop: how many are completed, of how many, and how many of these deviated."""

    loop: str
    completed: int
    of: int
    deviated: int


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is at ``now``; times in ns.

    ``step`` to ``planned`` are of the segment that goes on, ``waited`` how long it has been
    waiting for its band, None when it counts. ``set_points`` are the planned ones at this moment.
    """

    now: int
    status: Status
    step: str
    name: str
    kind: str
    cycle: tuple[int, ...]
    number: int
    of: int
    begin: int
    counted: int
    planned: int
    waited: int | None
    set_points: dict[str, float]
    outside: tuple[str, ...]
    interruption: Interruption | None
    cycles: tuple[Cycles, ...]
    deviated: int
    interruptions: int
    interrupted: int
    remaining: Remaining


def progress_of(plan: Plan, state: State) -> Progress:
    """How far it is by this state."""
    segment = plan.segments[state.number]
    running = state.status == "running"
    return Progress(
        now=state.now,
        status=state.status,
        step=segment.step,
        name=segment.name,
        kind=segment.kind,
        cycle=segment.cycle,
        number=segment.number,
        of=len(plan.segments),
        begin=state.begin,
        counted=state.counted,
        planned=segment.duration,
        waited=state.tally.waited if running and state.phase == "waiting" else None,
        set_points={path.role: path.at(state.counted) for path in segment.paths},
        outside=tuple(_outside(segment, state)),
        interruption=state.interruption,
        cycles=tuple(cycles_of(plan, state)),
        deviated=state.deviated,
        interruptions=state.interruptions,
        interrupted=state.interrupted,
        remaining=remaining(plan, state),
    )


def cycles_of(plan: Plan, state: State) -> Iterator[Cycles]:
    """The cycles of each loop."""
    for loop, count in plan.cycles.items():
        yield Cycles(loop, state.done.get(loop, 0), count, state.broken.get(loop, 0))


def remaining(plan: Plan, state: State) -> Remaining:
    """How long the rest takes."""
    if state.status != "running":
        return Remaining(0, 0, 0)
    rest = plan.segments[state.number :]
    least = sum(each.duration for each in rest) - state.counted
    likely, most, known = 0, 0, True
    for segment in rest:
        if not segment.waits or (segment is rest[0] and state.phase == "counting"):
            continue
        waited = state.tally.waited if segment is rest[0] else 0
        times, total, longest = state.waits.get(segment.step, (0, 0, 0))
        if not times:
            known = known and bool(segment.wait_at_most)
            total, longest, times = 0, segment.wait_at_most, 1
        likely += max(total // times - waited, 0)
        most += max(longest - waited, 0)
    return Remaining(least, least + likely, least + most if known else None)


def _outside(segment: Segment, state: State) -> Iterator[str]:
    for path in segment.paths:
        held = state.held.get(path.role)
        if held is not None and held.beyond:
            yield path.role
