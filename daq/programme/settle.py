"""What came of a segment, from what was summed up. Pure."""

from collections.abc import Iterator

from daq.programme.plan import Segment
from daq.programme.programme import Programme
from daq.programme.result import Result, Spread
from daq.programme.state import Elsewhere, State


def result_of(programme: Programme, segment: Segment, state: State) -> Result:
    """What came of the segment that is left now."""
    tally = state.tally
    longest = tally.longest
    if tally.excursion is not None:
        longest = max(longest, state.now - tally.excursion)
    off = [_longest(one, state.now) for one in state.set_points.values()]
    controller = None if state.controller is None else _longest(state.controller, state.now)
    counted = state.short or state.counted >= segment.duration
    finished = state.phase == "counting" and counted
    reasons = tuple(_reasons(programme, segment, state, max(off, default=0), controller or 0))
    return Result(
        number=segment.number,
        step=segment.step,
        name=segment.name,
        kind=segment.kind,
        cycle=segment.cycle,
        begin=state.begin,
        end=state.now,
        reached=tally.reached,
        planned=segment.duration,
        counted=state.counted,
        waited=tally.waited,
        in_band=tally.in_band,
        out=tally.out,
        no_data=tally.no_data,
        longest=longest,
        excursions=tally.excursions,
        restarts=state.restarts,
        lost=state.lost,
        spreads=tuple(_spreads(segment, state)),
        judged=bool(segment.bands),
        verdict=("deviated" if reasons else "within") if finished else "unfinished",
        reasons=reasons,
        set_point_off=max(off) if off else None,
        controller_off=controller,
    )


def _reasons(
    programme: Programme, segment: Segment, state: State, set_point: int, controller: int
) -> Iterator[str]:
    """Why it deviated: nothing when it did not."""
    if state.tally.out > segment.out_at_most:
        yield "out of band"
    if state.late:
        yield "band reached late"
    if programme.lag and set_point > programme.lag:
        yield "set point not followed"
    if programme.lag and controller > programme.lag:
        yield "controller at another step"


def _longest(one: Elsewhere, now: int) -> int:
    return max(one.longest, now - one.since) if one.since is not None else one.longest


def _spreads(segment: Segment, state: State) -> Iterator[Spread]:
    for path in segment.paths:
        found = state.tally.ranges.get(path.role)
        if found is not None and found.count:
            yield Spread(
                role=path.role,
                count=found.count,
                mean=found.total / found.count,
                low=found.low,
                high=found.high,
                first=found.first,
                last=found.last,
                set_point=(path.begin, path.end),
                worst=found.worst,
            )
