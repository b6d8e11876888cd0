"""The fold: from readings and events, one after the other, to what a programme has come to.

Time counts in whole ns and what a reading says counts until the next one, or for as long as it
holds. So however the entries are cut into pieces, and whenever the state is kept and taken up
again, the same comes of them.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.programme.happening import (
    Begun,
    Deviated,
    Done,
    GoesOn,
    Happening,
    Interrupted,
    Late,
    Over,
    Reached,
    Restarted,
)
from daq.programme.plan import Path, Plan, Segment
from daq.programme.result import Cause, Interruption, Status
from daq.programme.settle import result_of
from daq.programme.state import Elsewhere, Held, Range, State, Tally

Condition: TypeAlias = Literal["in", "out", "no-data", "paused"]

NEVER = 2**63 - 1

SHARE = 10
"""No more than this part of a dwell may be missing when the controller has gone on."""

GRACE = 300_000_000_000
"""ns from the start of a run in which a first reading has to come."""


class Fold:
    """Follows one run of a programme from ``begun``, or from where ``state`` says.

    ``told`` collects what happened; whoever wants it takes it out.
    """

    def __init__(self, plan: Plan, begun: int, state: State | None = None) -> None:
        self.plan = plan
        self.told: list[Happening] = []
        if state is not None:
            self.state = state
            return
        self.state = State(now=begun, begun=begun, begin=begun)
        self._enter()
        self._settle()

    @property
    def segment(self) -> Segment:
        """The segment that goes on; the last one when there is no more."""
        return self.plan.segments[min(self.state.number, len(self.plan.segments) - 1)]

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.state.status == "running"

    def read(self, time: int, values: Mapping[str, float], holds: int) -> None:
        """Take what was read at a time, by role; it counts for ``holds`` ns at most."""
        self.advance(time)
        if not self.running:
            return
        for role, value in values.items():
            self.state.held[role] = Held(value, self.state.now + holds, self._beyond(role, value))
        self.state.cause = "no-data"
        self._settle()
        if self.running and self.state.phase == "counting" and not self.state.paused:
            for role, value in values.items():
                self._note(role, value)

    def read_set_points(self, time: int, values: Mapping[str, float]) -> None:
        """Take what the controller says of its set points, by role."""
        self.advance(time)
        if not self.running:
            return
        if any(self._off(role, value) for role, value in values.items()) and self._nearly_done():
            self._go_on()
        for role, value in values.items():
            if self._path(role) is not None:
                self._elsewhere(role).look(self.state.now, off=self._off(role, value))

    def read_controller(self, time: int, step: int) -> None:
        """Take what the controller says which step it is at."""
        self.advance(time)
        wanted = self.segment.controller_step
        if self.running and wanted is not None:
            self.state.controller = self.state.controller or Elsewhere()
            self.state.controller.look(self.state.now, off=step != wanted)

    def pause(self, time: int) -> None:
        """The run is paused."""
        self._set_paused(time, paused=True)

    def resume(self, time: int) -> None:
        """The run goes on."""
        self._set_paused(time, paused=False)

    def stopped(self, time: int) -> None:
        """The daemon stops in order."""
        self.advance(time)
        self.state.cause = "stopped"

    def started(self, time: int) -> None:
        """The daemon began: what interrupts, if anything does, is that it was not there."""
        self.advance(time)
        cause: Cause = "stopped" if self.state.cause == "stopped" else "power"
        self.state.cause = cause
        lasting = self.state.interruption
        if lasting is not None and lasting.cause == "no-data":
            self.state.interruption = msgspec.structs.replace(lasting, cause=cause)

    def end(self, time: int) -> None:
        """The run ended."""
        self.advance(time)
        if self.running:
            self._over("cut")

    def advance(self, to: int) -> None:
        """Let time pass without a reading; a time that is past changes nothing."""
        while self.running and self.state.now < to:
            self._pass(min(to, self._next_turn()))
            self._settle()

    # What counts, and what of it.

    @property
    def _passed(self) -> int:
        """How far the set points of a ramp have moved, ns."""
        return self.state.counted

    def _condition(self) -> Condition:
        state = self.state
        if state.paused:
            return "paused"
        held = [state.held.get(path.role) for path in self.segment.paths]
        if any(one is None or one.until <= state.now for one in held):
            return "no-data"
        return "out" if any(one is not None and one.beyond for one in held) else "in"

    def _counts(self, condition: Condition) -> bool:
        """Whether time of the step passes."""
        if self.state.phase == "waiting":
            return False
        if condition == "in":
            return True
        how = self.segment.out_of_band if condition == "out" else self.segment.interruption
        return how == "clock"

    def _next_turn(self) -> int:
        """When something may change although nothing is read: later than now."""
        state, segment, condition = self.state, self.segment, self._condition()
        times = [
            held.until
            for path in segment.paths
            if (held := state.held.get(path.role)) and held.until > state.now
        ]
        if self._counts(condition):
            times.append(state.now + segment.duration - state.counted)
        if state.phase == "waiting":
            if condition == "in":
                times.append(state.now + segment.soak - state.soaked)
            if condition in ("in", "out") and not state.late and segment.wait_at_most:
                times.append(state.now + max(segment.wait_at_most - state.tally.waited, 1))
        if state.interruption is not None and self.plan.programme.void_after:
            times.append(state.interruption.begin + self.plan.programme.void_after)
        if not state.held:
            times.append(state.begun + GRACE)
        return min((time for time in times if time > state.now), default=NEVER)

    def _pass(self, end: int) -> None:
        """Let time pass in which nothing changes."""
        state, tally, condition = self.state, self.state.tally, self._condition()
        passed = end - state.now
        if self._counts(condition):
            state.counted += passed
        if state.interruption is not None:
            gained = passed if self._counts(condition) else 0
            counted = state.interruption.counted + gained
            state.interruption = msgspec.structs.replace(state.interruption, counted=counted)
        if state.phase == "waiting":
            if condition in ("in", "out"):
                tally.waited += passed
            state.soaked = state.soaked + passed if condition == "in" else 0
        elif condition == "in":
            tally.in_band += passed
        elif condition == "out":
            tally.out += passed
        else:
            tally.no_data += passed
        state.now = end

    # What changes.

    def _settle(self) -> None:
        """Draw all conclusions from how it is now."""
        while self.running and self._turn():
            pass

    def _turn(self) -> bool:
        """Draw one conclusion; False when there is none left."""
        condition = self._condition()
        return (
            self._interrupt(condition)
            or self._excursion(condition)
            or (self._is_done() and self._leave())
            or self._reach(condition)
        )

    def _is_done(self) -> bool:
        state = self.state
        counted = state.short or state.counted >= self.segment.duration
        return state.phase == "counting" and counted

    def _interrupt(self, condition: Condition) -> bool:
        state = self.state
        wanted = condition in ("no-data", "paused")
        if state.interruption is None:
            return wanted and self._begin_interruption("paused" if state.paused else state.cause)
        if not wanted:
            return self._end_interruption(state.interruption)
        limit = self.plan.programme.void_after
        if limit and state.now - state.interruption.begin >= limit:
            self._over("void")
            return True
        return False

    def _begin_interruption(self, cause: Cause) -> bool:
        state, segment = self.state, self.segment
        # What has not yet begun to be measured is not interrupted.
        if state.held or state.paused or state.now >= state.begun + GRACE:
            state.interruption = Interruption(
                begin=state.now,
                cause=cause,
                step=segment.step,
                cycle=segment.cycle,
                how=segment.interruption,
            )
            self.told.append(Interrupted(state.now, segment, state.interruption))
            return True
        return False

    def _end_interruption(self, interruption: Interruption) -> bool:
        state, segment = self.state, self.segment
        state.interruption = None
        state.interruptions += 1
        state.interrupted += state.now - interruption.begin
        again = segment.interruption == "restart-step" and state.phase == "counting"
        lost = state.now - state.attempt if again else 0
        over = msgspec.structs.replace(interruption, end=state.now, lost=lost)
        self.told.append(GoesOn(state.now, segment, over))
        if again:
            self._restart()
        return True

    def _excursion(self, condition: Condition) -> bool:
        state, tally = self.state, self.state.tally
        out = condition == "out" and state.phase == "counting"
        if out == (tally.excursion is not None):
            return False
        if tally.excursion is not None:
            tally.longest = max(tally.longest, state.now - tally.excursion)
            tally.excursion = None
            return True
        if state.short:
            return False
        if self._nearly_done() and not self._tells_set_points():
            state.short = True
            return True
        tally.excursion = state.now
        tally.excursions += 1
        if tally.excursions == 1:
            beyond = {name: (held.value, held.beyond) for name, held in self._outside()}
            self.told.append(Deviated(state.now, self.segment, beyond))
        # A dwell that does not wait for its band would begin anew for ever.
        if self.segment.out_of_band == "restart-step" and self.segment.waits:
            self._restart()
        return True

    def _outside(self) -> Iterable[tuple[str, Held]]:
        held = self.state.held
        names = [path.role for path in self.segment.paths]
        return [(name, held[name]) for name in names if name in held and held[name].beyond]

    def _reach(self, condition: Condition) -> bool:
        state, segment = self.state, self.segment
        if state.phase == "counting":
            return False
        if condition == "in" and state.soaked >= segment.soak:
            self._count()
            return True
        if segment.wait_at_most and not state.late and state.tally.waited >= segment.wait_at_most:
            state.late = True
            self.told.append(Late(state.now, segment))
        return False

    def _count(self) -> None:
        """From now on it counts."""
        state, segment = self.state, self.segment
        state.phase = "counting"
        state.tally.reached = state.now
        waited = state.tally.waited
        times, total, longest = state.waits.get(segment.step, (0, 0, 0))
        state.waits[segment.step] = (times + 1, total + waited, max(longest, waited))
        self.told.append(Reached(state.now, segment, waited))

    def _restart(self) -> None:
        state = self.state
        lost = state.now - state.attempt
        state.restarts += 1
        state.lost += lost
        self.told.append(Restarted(state.now, self.segment, lost))
        self._attempt()

    def _enter(self) -> None:
        """Begin the segment that is next."""
        state = self.state
        state.begin, state.restarts, state.lost, state.short = state.now, 0, 0, False
        state.set_points, state.controller = {}, None
        self.told.append(Begun(state.now, self.segment))
        self._attempt()

    def _attempt(self) -> None:
        state, segment = self.state, self.segment
        state.attempt, state.counted, state.soaked, state.late = state.now, 0, 0, False
        state.tally = Tally()
        state.phase = "waiting"
        if not segment.waits:
            state.phase = "counting"
            state.tally.reached = state.now
        for role, held in state.held.items():
            held.beyond = self._beyond(role, held.value)

    def _leave(self) -> bool:
        """The segment is done: on to the next."""
        self._finish()
        state = self.state
        if state.number + 1 == len(self.plan.segments):
            self._over("completed")
        else:
            state.number += 1
            self._enter()
        return True

    def _finish(self) -> None:
        """Tell what came of the segment."""
        state, segment = self.state, self.segment
        result = result_of(self.plan.programme, segment, state)
        self.told.append(Done(state.now, segment, result))
        flawed = result.verdict == "deviated"
        state.deviated += flawed
        if flawed:
            state.flawed = tuple(dict.fromkeys((*state.flawed, *segment.loops)))
        if result.verdict == "unfinished":
            return
        for loop in segment.completes:
            state.done[loop] = state.done.get(loop, 0) + 1
            if loop in state.flawed:
                state.broken[loop] = state.broken.get(loop, 0) + 1
            state.flawed = tuple(each for each in state.flawed if each != loop)

    def _over(self, status: Status) -> None:
        state = self.state
        if status != "completed":
            self._finish()
        if state.interruption is not None:
            over = msgspec.structs.replace(state.interruption, end=state.now)
            state.interruptions += 1
            state.interrupted += state.now - over.begin
            state.interruption = None
            self.told.append(GoesOn(state.now, self.segment, over))
        state.status = status
        self.told.append(Over(state.now, status))

    def _set_paused(self, time: int, *, paused: bool) -> None:
        self.advance(time)
        if self.running:
            self.state.paused = paused
            self._settle()

    # A controller is a little ahead: it has not waited for a reading. What it does next is no
    # deviation of a dwell that is all but done.

    def _nearly_done(self) -> bool:
        state, segment = self.state, self.segment
        rest = segment.duration - state.counted
        allowed = min(self.plan.programme.lag, segment.duration // SHARE)
        return segment.kind == "dwell" and state.phase == "counting" and 0 < rest <= allowed

    def _go_on(self) -> None:
        """The controller is at the next step already."""
        self.state.short = True
        self._settle()

    def _tells_set_points(self) -> bool:
        role = self.plan.programme.role
        return any(role(path.role).set_point is not None for path in self.segment.paths)

    def _off(self, role: str, value: float) -> bool:
        """Whether a set point of the controller is another than the planned one.

        In a ramp it may be anywhere where it is to be ``lag`` before or after.
        """
        path = self._path(role)
        if path is None:
            return False
        allowed, lag = self.plan.programme.role(role).set_point_within, self.plan.programme.lag
        near = [path.at(max(self._passed + late, 0)) for late in (-lag, 0, lag)]
        return not min(near) - allowed <= value <= max(near) + allowed

    def _path(self, role: str) -> Path | None:
        return next((path for path in self.segment.paths if path.role == role), None)

    def _beyond(self, role: str, value: float) -> float:
        """By how much a value is outside the band that is in force; 0 where none is."""
        segment = self.segment
        band = segment.bands.get(role)
        path = self._path(role)
        if band is None or path is None:
            return 0.0
        return band.beyond(value - path.at(self._passed))

    def _note(self, role: str, value: float) -> None:
        if self._path(role) is not None:
            beyond = self._beyond(role, value)
            self.state.tally.ranges.setdefault(role, Range()).note(self.state.now, value, beyond)

    def _elsewhere(self, role: str) -> Elsewhere:
        return self.state.set_points.setdefault(role, Elsewhere())
