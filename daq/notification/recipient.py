"""Who is told, of what, and when; times in ns, times of day in minutes. Plain data."""

from datetime import tzinfo
from typing import Literal, TypeAlias

import msgspec

Language: TypeAlias = Literal["en", "zh"]

DAY = 24 * 60
"""Minutes of a day."""


class Window(msgspec.Struct, frozen=True):
    """A time of day: from ``begin`` until before ``end``, over midnight when it ends earlier.

    The same for both is the whole day.
    """

    begin: int
    end: int


class Shift(msgspec.Struct, frozen=True):
    """A window on some days of the week, 0 for Monday: those on which it begins."""

    days: frozenset[int]
    window: Window


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One person or group, and one way to reach them.

    Attributes:
        rank: alarms of this rank (``daq.alarms.board.RANK``) and more urgent ones; -1 for none.
        instruments, rooms: alarms and events of these places; of all when both are empty.
        shifts: when they are on duty; always when there are none.
        after: how long an alarm may wait for somebody to take charge, or a fault may last, before
            they are told.
        quiet: when they are left alone but for alarms of ``quiet_rank`` or more urgent ones.
        digest: alarms of this rank and less urgent ones are gathered until ``digest_at``.
        events: the kinds of other events they are told of.
        follow_up: whether they are told how it went on with what they were told of.
        gather: how long a message waits for others to come along with it.
        pause, pause_longest: the least time from one message to the next; doubles while messages
            follow each other without a rest.
    """

    name: str
    title: str = ""
    language: Language = "en"
    rank: int = 3
    instruments: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    shifts: tuple[Shift, ...] = ()
    after: int = 0
    quiet: Window | None = None
    quiet_rank: int = 0
    digest: int | None = None
    digest_at: tuple[int, ...] = (8 * 60,)
    events: frozenset[str] = frozenset()
    follow_up: bool = True
    gather: int = 3_000_000_000
    pause: int = 60_000_000_000
    pause_longest: int = 900_000_000_000


class Place(msgspec.Struct, frozen=True):
    """Where something is: the instruments it is about, and where those stand."""

    instruments: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that says who is told of what.

    Attributes:
        zone: in which times of day are meant and told.
        recipients: in the order of the configuration.
        alarms, buses, instruments: the place of each there is; None for no matter which.
        titles: what people call an alarm.
        floods: the alarms that tell of a flood of the others.
        grace: how long a fault that often ends by itself must last before anybody is told.
        page: where people can look, at the end of each message.
    """

    site: str
    zone: tzinfo
    recipients: tuple[Recipient, ...] = ()
    alarms: dict[str, Place] | None = None
    titles: dict[str, str] = {}
    floods: frozenset[str] = frozenset()
    buses: dict[str, Place] | None = None
    instruments: dict[str, Place] | None = None
    grace: int = 600_000_000_000
    page: str = ""
