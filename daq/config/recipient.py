"""``[notification]``, ``[shift.NAME]``, ``[recipient.NAME]``: who is told of what, and when."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from daq.alarms.board import Priority
from daq.config.secret import Secret
from daq.config.types import Duration, Flag, Name, Table, Text, Within
from daq.notification.kinds import USUAL, Tellable
from daq.notification.recipient import DAY, Language, Window
from drivers.tomlfile import Expects, did_you_mean

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minutes(time: str) -> int:
    """``"08:30"`` as minutes of the day."""
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def window_of(span: str) -> Window:
    """``"22:00-06:00"`` as a window."""
    begin, end = span.split("-")
    return Window(minutes(begin), minutes(end))


def _time(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise ValueError('must be a time of day such as "08:00"')
    return value


def _clock_time(value: str) -> str:
    if not _TIME.fullmatch(value) or minutes(value) == DAY:
        raise ValueError('must be a time of day such as "08:00", before "24:00"')
    return value


def _span(value: str) -> str:
    parts = value.split("-")
    if len(parts) != 2 or not all(map(_TIME.fullmatch, parts)):  # noqa: PLR2004 - begin and end
        raise ValueError('must be a time of day from and to, such as "22:00-06:00"')
    return value


def _zone(value: str) -> str:
    if value == "UTC":
        return value
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        hint = did_you_mean(value, available_timezones())
        raise ValueError(f"no time zone of this name; {hint or 'such as Asia/Shanghai'}") from None
    return value


Time: TypeAlias = Annotated[
    str, AfterValidator(_time), Expects('a time of day such as "08:00", up to "24:00"')
]
ClockTime: TypeAlias = Annotated[
    str, AfterValidator(_clock_time), Expects('a time of day such as "08:00"')
]
Span: TypeAlias = Annotated[
    str, AfterValidator(_span), Expects('a time of day from and to, such as "22:00-06:00"')
]
Zone: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=100),
    AfterValidator(_zone),
    Expects('the name of a time zone, such as "Asia/Shanghai"'),
]
Wait: TypeAlias = Annotated[Duration, Within("0s", "7d")]


class NotificationConfig(Table, frozen=True):
    """What holds for all who are told."""

    time_zone: Zone = Field(
        default="UTC",
        description="in which shifts, quiet hours and digests are meant and times are told",
    )
    grace: Wait = Field(
        default=600.0,
        description="how long `sink-lost`, `bus-lost`, `instrument-fault` and `entries-refused` "
        "last before anybody is told: most end by themselves",
    )
    deadline: Annotated[Duration, Within("1s", "5min")] = Field(
        default=30.0, description="how long an attempt to send a message may take"
    )
    retry_limit: Annotated[Duration, Within("1s", "1d")] = Field(
        default=600.0, description="longest wait between two attempts to send a message"
    )
    page: Text = Field(
        default="", description="where people can look, such as the address of the page"
    )


class ShiftConfig(Table, frozen=True):
    """When somebody is on duty; times are those of `[notification] time_zone`."""

    days: tuple[Day, ...] = Field(
        default=DAYS, min_length=1, description="the days on which it begins"
    )
    begin: ClockTime = Field(description="when it begins")
    end: Time = Field(description="when it ends; on the next day when that is earlier")


class RecipientConfig(Table, frozen=True):
    """One person or group, and one way to reach them. Who has two ways is two recipients."""

    url: Secret = Field(
        description="where the URL is kept, one of apprise: mailto://, json://, dingtalk://, "
        "wecombot://, feishu:// ..."
    )
    title: Text = Field(default="", description="what people call them")
    language: Language = Field(default="en", description="language of their messages")
    priority: Priority = Field(
        default="low", description='least priority of alarms they are told of; "none": of no alarm'
    )
    instruments: tuple[Name, ...] = Field(
        default=(), description="only alarms and events of these instruments"
    )
    rooms: tuple[Text, ...] = Field(
        default=(), description="only those of instruments in these rooms, or of `instruments`"
    )
    shifts: tuple[Name, ...] = Field(
        default=(), description="when they are on duty; always when left out"
    )
    after: Wait = Field(
        default=0.0,
        description="how long an alarm has waited for somebody to acknowledge it, or a fault has "
        "lasted, before they are told: escalation",
    )
    quiet: Span | None = Field(
        default=None, description="when they are told only of alarms of `quiet_priority`"
    )
    quiet_priority: Priority = Field(
        default="critical", description="least priority that breaks `quiet`"
    )
    digest: Priority | None = Field(
        default=None,
        description="alarms of this priority and lower ones are gathered until `digest_at`",
    )
    digest_at: tuple[ClockTime, ...] = Field(
        default=("08:00",), min_length=1, description="when gathered alarms are told"
    )
    events: tuple[Tellable, ...] = Field(
        default=USUAL, description="kinds of other events they are told of"
    )
    follow_up: Flag = Field(
        default=True, description="whether they are told how it went on with what they were told"
    )
    gather: Annotated[Duration, Within("0s", "1h")] = Field(
        default=3.0, description="how long a message waits for others to come along with it"
    )
    pause: Annotated[Duration, Within("0s", "1d")] = Field(
        default=60.0,
        description="least time from one message to the next; doubles while they follow each "
        "other without a rest",
    )
    pause_limit: Annotated[Duration, Within("0s", "1d")] = Field(
        default=900.0, description="longest of these times; critical alarms wait for `pause` only"
    )

    @property
    def timed(self) -> Sequence[str]:
        """The keys that have a time of day in them."""
        given = {"shifts": self.shifts, "quiet": self.quiet, "digest": self.digest}
        return [key for key, value in given.items() if value]
