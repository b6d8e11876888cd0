"""One incident: what is known of it after all that has happened so far. Plain data."""

from typing import Literal, TypeAlias

import msgspec

Tick: TypeAlias = Literal["open", "done", "skipped"]
"""How a step of a check list is: not yet done, done, or said not to apply."""

By: TypeAlias = Literal["instrument", "room", "group"]
"""What two alarms may have in common, so that they belong together."""

EVERY_WAY: tuple[By, ...] = ("instrument", "room", "group")

HOUR = 3600.0


class Join(msgspec.Struct, frozen=True):
    """Which alarms join: they share one of ``by``, and come within ``within`` seconds of the last.

    An alarm of the incident that still holds keeps it open to others for as long as it does.
    """

    within: float = HOUR
    by: tuple[By, ...] = EVERY_WAY


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What an alarm or an incident is about, by name: sorted, none twice."""

    instruments: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    buses: tuple[str, ...] = ()

    def __or__(self, other: "Reach") -> "Reach":
        """Both together."""
        return Reach(
            instruments=_together(self.instruments, other.instruments),
            rooms=_together(self.rooms, other.rooms),
            groups=_together(self.groups, other.groups),
            buses=_together(self.buses, other.buses),
        )

    def shares(self, other: "Reach", by: tuple[By, ...]) -> bool:
        """Whether they have something in common, in one of these ways."""
        ways = {
            "instrument": (self.instruments, other.instruments),
            "room": (self.rooms, other.rooms),
            "group": (self.groups, other.groups),
        }
        return any(set(mine) & set(theirs) for mine, theirs in (ways[way] for way in by))


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of an incident.

    ``raised`` is when it was first raised (ns), ``cause`` the number of the event that said so, 0
    when it had not been raised; ``state`` how it is in the words of docs/reference/alarms.md;
    ``active`` whether its rule holds, ``times`` how often it was raised.
    """

    name: str
    priority: str = ""
    title: str = ""
    raised: int = 0
    cause: int = 0
    state: str = "normal"
    active: bool = False
    times: int = 0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a procedure; ``at`` (ns), ``by`` and ``why`` are of its last tick."""

    number: int
    text: str
    procedure: str
    tick: Tick = "open"
    at: int = 0
    by: str = ""
    why: str = ""


class Remark(msgspec.Struct, frozen=True):
    """What somebody noted; ``text`` may have several lines."""

    time: int
    by: str
    text: str


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """The traffic of a bus when the incident took it in; docs/reference/recording-file.md.

    ``file`` is its name in the folder of incidents, empty when it could not be kept: ``trouble``
    says why. ``sha256`` (hex) is that of the file.
    """

    bus: str
    time: int
    file: str = ""
    pieces: int = 0
    size: int = 0
    sha256: str = ""
    trouble: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of an incident.

    ``rule`` is the ``[incident.NAME]`` that opened it, empty when ``opened_by`` did. ``priority``
    is the highest of its alarms. Times are ns since 1970 UTC; ``latest`` is when an alarm of it
    was last raised, ``closed`` 0 while it is open. ``first`` is the number of the first entry of
    the journal that tells of it, ``last`` of the one that tells of its close; 0 while that is not
    known.
    """

    id: str
    title: str
    opened: int
    rule: str = ""
    priority: str = ""
    opened_by: str = ""
    why: str = ""
    join: Join = Join()
    reach: Reach = Reach()
    latest: int = 0
    alarms: tuple[Member, ...] = ()
    procedures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    remarks: tuple[Remark, ...] = ()
    recordings: tuple[Recording, ...] = ()
    closed: int = 0
    closed_by: str = ""
    conclusion: str = ""
    first: int = 0
    last: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return not self.closed

    @property
    def waiting(self) -> tuple[Step, ...]:
        """The steps that were neither done nor said not to apply."""
        return tuple(step for step in self.steps if step.tick == "open")

    @property
    def standing(self) -> tuple[str, ...]:
        """Its alarms whose rules hold."""
        return tuple(member.name for member in self.alarms if member.active)

    def has(self, alarm: str) -> bool:
        """Whether this alarm belongs to it."""
        return any(member.name == alarm for member in self.alarms)


def _together(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*mine, *theirs}))
