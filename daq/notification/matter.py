"""What people may have to be told of: an alarm from its begin to its end, a fault, an event."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.lifecycle import Life, State

Stage: TypeAlias = Literal["raised", "returned", "acknowledged", "hidden", "over"]
"""How far it has gone. Of what is no alarm there is only ``raised`` and ``over``."""

Heard: TypeAlias = Stage | Literal["counted"]
"""What somebody was told of a matter: how far it had gone, or that it was one of so many."""

COUNTED: Literal["counted"] = "counted"
"""Counted in a flood, and not named."""

ALARM = "alarm"
"""The kind of a matter that is an alarm; the kind of every other is that of its event."""

NOT_TAKEN: frozenset[Stage] = frozenset({"raised", "returned"})
"""Stages of an alarm in which somebody still has to take charge."""

MOMENT_STANDS = 86_400_000_000_000
"""ns for which an event that has no end is told to who comes on duty."""


class Told(msgspec.Struct, frozen=True):
    """What somebody knows of a matter, and the number of the event that says so."""

    stage: Heard
    seq: int


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be told of. Times are ns since 1970 UTC.

    Attributes:
        seq: the number of the event it began with, which is its name.
        newest: the number of the newest event that says how it is.
        since: when it began, by the clock as it is set now; ``began`` as it was told.
        lasting: whether an end will come; else it is over as soon as it has begun.
        unsure: since when it is not known to go on, 0 when it is.
        held: whether it can wait until a flood of alarms is over.
    """

    seq: int
    newest: int
    kind: str
    subject: str
    rank: int
    since: int
    began: int
    changed: int
    stage: Stage
    text: str = ""
    by: str = ""
    why: str = ""
    lasting: bool = True
    unsure: int = 0
    held: bool = False
    told: Mapping[str, Told] = {}

    @property
    def key(self) -> tuple[str, str]:
        """What goes on with the next event of the same."""
        return self.kind, self.subject

    @property
    def alive(self) -> bool:
        """Whether something may still come of it."""
        if self.kind == ALARM:
            return self.stage not in ("over", "hidden")
        return self.lasting and self.stage == "raised"

    def calls(self, now: int) -> bool:
        """Whether somebody has to be told who does not know yet."""
        if self.kind == ALARM:
            return self.stage in NOT_TAKEN
        if self.lasting:
            return self.stage == "raised"
        return now - self.since < MOMENT_STANDS


_STAGES: Mapping[State, Stage] = {
    State.UNACKNOWLEDGED: "raised",
    State.RETURNED: "returned",
    State.ACKNOWLEDGED: "acknowledged",
    State.NORMAL: "over",
}


def stage_of(life: Life) -> Stage:
    """The stage of an alarm with this life."""
    return _STAGES.get(life.state, "hidden")
