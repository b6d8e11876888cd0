"""What the daemon tells of its alarms."""

from pathlib import Path
from typing import Annotated

import msgspec

from daq.control.client import ask
from daq.control.request import By, Reason, Request


class AlarmsRequest(Request, tag="alarms", frozen=True):
    """The alarms beyond the first ``after``, which have been told already."""

    after: int = 0


class AlarmRequest(Request, tag="alarm", frozen=True):
    """What somebody does with an alarm.

    ``action`` is acknowledged, shelved (for ``seconds``), unshelved, out-of-service, in-service or
    commented.
    """

    alarm: Annotated[str, msgspec.Meta(max_length=100)]
    action: str
    by: By = ""
    reason: Reason = ""
    seconds: Annotated[float, msgspec.Meta(ge=0, le=31 * 86_400)] = 0.0


class AlarmStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: state and priority in the words of docs/alarms.md.

    ``since`` is the time of its last change, ns since 1970 UTC, 0 for none; ``text`` what its
    condition saw then; ``until`` the end of its shelf. Unless it is normal, ``raised`` is when it
    was raised last, 0 for never, ``saw`` what its rule saw then, ``first_out`` whether it was the
    first of its group.
    """

    name: str
    state: str
    priority: str
    title: str = ""
    group: str = ""
    active: bool = False
    since: int = 0
    until: int = 0
    text: str = ""
    by: str = ""
    raised: int = 0
    saw: str = ""
    first_out: bool = False


class AlarmPage(msgspec.Struct, frozen=True):
    """Some of the alarms; ``more`` when there are others after them."""

    alarms: list[AlarmStatus]
    more: bool = False


class AlarmDone(msgspec.Struct, frozen=True):
    """What became of an alarm after somebody did something with it."""

    name: str
    state: str
    until: int = 0


def ask_alarms(path: Path) -> list[AlarmStatus]:
    """Every alarm and its state, in the order of the configuration.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error, or is too old.
    """
    found: list[AlarmStatus] = []
    while True:
        page = ask(path, AlarmsRequest(after=len(found)), AlarmPage)
        found += page.alarms
        if not page.more or not page.alarms:
            return found


def ask_alarm(path: Path, request: AlarmRequest) -> AlarmDone:
    """Acknowledge, shelve, unshelve an alarm, take it out of service or back, comment on it.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: there is no such alarm, or this does not fit the state it is in.
    """
    return ask(path, request, AlarmDone)
