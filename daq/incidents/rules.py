"""When an incident opens by itself, and which procedure applies. Pure."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from daq.incidents.incident import Join, Member, Reach


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which alarms are meant; an empty choice means all.

    ``alarms`` are names as a shell has them (``chamber.*``).
    """

    priorities: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()

    def means(self, alarm: Member, reach: Reach) -> bool:
        """Whether this alarm is meant."""
        return (
            (not self.priorities or alarm.priority in self.priorities)
            and (not self.alarms or any(fnmatchcase(alarm.name, form) for form in self.alarms))
            and _meet(self.groups, reach.groups)
            and _meet(self.rooms, reach.rooms)
            and _meet(self.instruments, reach.instruments)
        )


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """``[incident.NAME]``: alarms of this choice open an incident, others join it."""

    name: str
    choice: Choice
    join: Join = Join()
    title: str = ""


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """``[procedure.NAME]``: the check list for an incident with alarms of this choice."""

    name: str
    choice: Choice
    steps: tuple[str, ...]
    title: str = ""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All that the configuration says of incidents.

    ``reaches`` is what each alarm is about, ``instruments`` what each instrument stands for,
    ``titles`` what people call alarms; each by name.
    """

    openings: tuple[Opening, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    reaches: dict[str, Reach] = {}
    instruments: dict[str, Reach] = {}
    titles: dict[str, str] = {}

    def opening(self, alarm: Member, reach: Reach) -> Opening | None:
        """The first rule by which this alarm opens an incident."""
        return next((one for one in self.openings if one.choice.means(alarm, reach)), None)

    def procedure(self, alarm: Member, reach: Reach) -> Procedure | None:
        """The first procedure for this alarm."""
        return next((one for one in self.procedures if one.choice.means(alarm, reach)), None)


def _meet(wanted: Sequence[str], there: Sequence[str]) -> bool:
    return not wanted or bool(set(wanted) & set(there))
