"""One run: what is known of it after all that has happened so far. Plain data."""

from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["running", "paused", "ended"]
"""How a run is; ``ended`` whatever came of it."""

Outcome: TypeAlias = Literal["completed", "aborted"]
"""How it ended: as it should, or before that."""


class Mark(msgspec.Struct, frozen=True):
    """What somebody noted at a time of the run (ns)."""

    time: int
    by: str
    text: str


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """A time (ns) in which the run rested; ``end`` 0 while it does."""

    begin: int
    by: str
    why: str
    end: int = 0
    resumed_by: str = ""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands for what: ``meaning`` such as ``performed``, ``reviewed`` or ``approved``.

    ``digest`` (SHA-256, hex) is of what was signed, so that it cannot be moved to another run
    (``daq.access.signing``). ``name`` is the printed name of the user ``by``.
    """

    time: int
    by: str
    meaning: str
    digest: str
    why: str = ""
    name: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a run.

    Times are ns since 1970 UTC; ``ended`` is 0 while it goes on. ``id`` is its number, as in
    ``20261127-1``: the day in UTC it began, and which of that day. ``first`` is the number of the
    first entry of the journal that tells of it, ``last`` of the one that tells of its end; 0
    while that is not known. ``instruments`` are names of the configuration; ``programme`` and
    ``method`` names of tables of it, empty without one.
    """

    id: str
    begun: int
    begun_by: str
    operator: str
    instruments: tuple[str, ...]
    sample: str = ""
    order: str = ""
    standard: str = ""
    method: str = ""
    programme: str = ""
    cost_centre: str = ""
    why: str = ""
    marks: tuple[Mark, ...] = ()
    pauses: tuple[Pause, ...] = ()
    signatures: tuple[Signature, ...] = ()
    ended: int = 0
    ended_by: str = ""
    outcome: Outcome | None = None
    conclusion: str = ""
    first: int = 0
    last: int = 0

    @property
    def state(self) -> State:
        """How it is."""
        if self.ended:
            return "ended"
        return "paused" if self.pauses and not self.pauses[-1].end else "running"
