"""What an annunciator did, as events: each change, and each fault once when it begins and ends."""

from collections.abc import Callable
from typing import Protocol

from daq.alarms.beacon import Beacon
from daq.journal import kinds
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data


class EventTaker(Protocol):
    """Where it is told: the journal."""

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        """Journal an event; returns its number."""
        ...


class Diary:
    """Tells what one annunciator did. ``trouble`` is its fault, empty while it does as it should.

    ``names`` says that it shows which alarm it is, and not lamp and horn alone.
    """

    def __init__(
        self, name: str, events: EventTaker, clock: Callable[[], int], *, names: bool = False
    ) -> None:
        self.name = name
        self.trouble = ""
        self.since = 0
        self.shown: Beacon | None = None
        """What lamp and horn are known to do; None while that is not known."""
        self._events, self._clock = events, clock
        self._failures = 0
        self._names = names

    def is_shown(self, beacon: Beacon) -> bool:
        """Whether people would see and hear nothing else than before."""
        return self.shown is not None and self._told(self.shown) == self._told(beacon)

    def did(self, beacon: Beacon) -> None:
        """Lamp and horn do this."""
        if self.trouble:
            self._restored()
        if not self.is_shown(beacon):
            self._switched(beacon)
        self.shown = beacon

    def failed(self, reason: str, wanted: Beacon) -> None:
        """They may not do what they should."""
        self._failures += 1
        self.shown = None
        if self.trouble:
            return
        self.trouble, self.since = reason, self._clock()
        self._events.append_event(
            kinds.ANNUNCIATOR_FAILED.name,
            self.name,
            f"{self.name} may not show that the lamp should be {wanted.lamp}: {reason}",
            severity="error",
            data={"reason": reason, "lamp": wanted.lamp, "horn": wanted.horn},
        )

    def _restored(self) -> None:
        seconds = (self._clock() - self.since) / 1e9
        self._events.append_event(
            kinds.ANNUNCIATOR_RESTORED.name,
            self.name,
            f"{self.name} does what it should again",
            data={"seconds": round(seconds, 1), "count": self._failures},
        )
        self.trouble, self.since, self._failures = "", 0, 0

    def _switched(self, beacon: Beacon) -> None:
        horn = "horn on" if beacon.horn else "horn off"
        cause = f", {beacon.priority} {beacon.alarm}" if beacon.alarm else ""
        self._events.append_event(
            kinds.ANNUNCIATOR_SWITCHED.name,
            self.name,
            f"{self.name}: lamp {beacon.lamp}, {horn}{cause}",
            data={
                "lamp": beacon.lamp,
                "horn": beacon.horn,
                "alarm": beacon.alarm,
                "priority": beacon.priority,
                "unacknowledged": beacon.unacknowledged,
                "active": beacon.active,
            },
        )

    def _told(self, beacon: Beacon) -> tuple[str, ...]:
        return (beacon.lamp, beacon.priority, beacon.alarm) if self._names else (beacon.lamp,)
