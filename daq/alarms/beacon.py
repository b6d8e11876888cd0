"""What a lamp and a horn for several alarms should do at this moment. Pure.

Sequence A of ANSI/ISA-18.1-1979 (R2004), with automatic reset: an alarm makes the lamp flash and
the horn sound until it is acknowledged, also when it is over before (a momentary alarm is locked
in); acknowledged, the horn is silent and the lamp steady until the condition is over. Several
alarms share a lamp: what wants most decides.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.board import RANK, Sort
from daq.alarms.lifecycle import Life

Lamp: TypeAlias = Literal["off", "steady", "flashing"]


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """The worst of some alarms: ``alarm`` is the most urgent of those that decide, or empty.

    ``unacknowledged`` counts what waits for somebody, ``active`` those whose condition holds; what
    is shelved, suppressed or out of service counts for nothing.
    """

    lamp: Lamp = "off"
    priority: str = ""
    alarm: str = ""
    title: str = ""
    unacknowledged: int = 0
    active: int = 0

    @property
    def horn(self) -> bool:
        """Whether it sounds: as long as the lamp flashes."""
        return self.lamp == "flashing"

    @property
    def state(self) -> str:
        """The worst state in a word."""
        return {"off": "normal", "steady": "acknowledged", "flashing": "unacknowledged"}[self.lamp]


def beacon(alarms: Iterable[tuple[Sort, Life]]) -> Beacon:
    """What these alarms ask for together."""
    shown = [(sort, life) for sort, life in alarms if not life.hidden]
    pending = [sort for sort, life in shown if life.pending]
    active = [sort for sort, life in shown if life.active]
    deciding = pending or active
    if not deciding:
        return Beacon()
    worst = min(deciding, key=lambda sort: RANK[sort.priority])
    return Beacon(
        lamp="flashing" if pending else "steady",
        priority=worst.priority,
        alarm=worst.name,
        title=worst.title,
        unacknowledged=len(pending),
        active=len(active),
    )
