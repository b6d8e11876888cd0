"""What the daemon tells of its alarms."""

import msgspec


class AlarmStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: state and priority in the words of docs/alarms.md.

    ``since`` is the time of its last change, ns since 1970 UTC, 0 for none; ``text`` what its
    condition saw then; ``until`` the end of its shelf.
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


class AlarmPage(msgspec.Struct, frozen=True):
    """Some of the alarms; ``more`` when there are others after them."""

    alarms: list[AlarmStatus]
    more: bool = False


class AlarmDone(msgspec.Struct, frozen=True):
    """What became of an alarm after somebody did something with it."""

    name: str
    state: str
    until: int = 0
