"""The laboratory at one moment, as every view is shown it: read once for all who look."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from daq.control.alarms import AlarmStatus
from daq.control.incidents import IncidentStatus
from daq.control.runs import RunStatus
from daq.control.status import DaemonStatus
from daq.journal.entry import Event, Scan
from daq.web.data.journalstate import JournalState
from daq.web.data.register import Register
from daq.web.data.spark import Spark
from daq.web.data.trail import Trail
from drivers.model import Status

GroupName: TypeAlias = tuple[str, str]
"""Instrument and scan group."""


class Heard(msgspec.Struct, frozen=True):
    """What the daemon said last. ``at`` is when (ns since 1970 UTC, 0: never).

    ``trouble`` is why it says nothing now; empty while it answers. ``alarms`` are those it told
    of last, None before it ever did; ``alarms_trouble`` is why it tells nothing of them now.
    ``incidents`` likewise: all that are open, and the latest closed ones. ``runs``: all that go
    on, and the latest that ended.
    """

    status: DaemonStatus | None = None
    at: int = 0
    trouble: str = ""
    alarms: tuple[AlarmStatus, ...] | None = None
    alarms_trouble: str = ""
    incidents: tuple[IncidentStatus, ...] | None = None
    runs: tuple[RunStatus, ...] | None = None

    @property
    def speaks(self) -> bool:
        """Whether it answers."""
        return self.status is not None and not self.trouble

    @property
    def going(self) -> int:
        """How many incidents are open."""
        return sum(one.is_open for one in self.incidents or ())


class Newest(msgspec.Struct, frozen=True):
    """The newest scan of a group, and since when each channel has had its status.

    ``since`` is 0 where it was so before anything is known of it.
    """

    scan: Scan
    since: tuple[int, ...]
    sparks: tuple[Spark, ...]

    def status(self, place: int) -> Status:
        """The status of a channel."""
        return self.scan.statuses[place]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is shown of now. ``version`` rises with every change; ``time`` is ns.

    ``trail`` is what the daemon has counted in the last minute, ``last_entry`` the time of the
    newest entry of the journal, 0 when there is none; ``journal_trouble`` why it cannot be read,
    ``journal_state`` what that comes to.
    """

    register: Register
    version: int = 0
    time: int = 0
    heard: Heard = Heard()
    trail: Trail = Trail()
    newest: Mapping[GroupName, Newest] = {}
    events: tuple[Event, ...] = ()
    last_entry: int = 0
    journal_trouble: str = ""
    journal_state: JournalState = "readable"
