"""More alarms than one person can attend to.

ANSI/ISA-18.2-2016 defines a flood as an alarm rate greater than the operator can effectively
manage, such as more than 10 alarms in 10 minutes. That it is over with fewer than 5 is how it is
measured in practice (ProSys, Eliminate alarm floods).
"""

from bisect import insort
from collections.abc import Iterable

from daq.alarms.conditions.condition import NEVER, NS
from drivers.model import Status, Value


class Flood:
    """Holds from more than ``more_than`` alarms in ``window`` ns until fewer than ``until_below``.

    Alarms of a priority in ``hold_back`` that are raised while it lasts can wait: they are marked.
    """

    def __init__(
        self,
        window: int = 600 * NS,
        more_than: int = 10,
        until_below: int = 5,
        hold_back: Iterable[str] = ("low",),
    ) -> None:
        self.hold_back = frozenset(hold_back)
        self._window, self._more_than, self._until_below = window, more_than, until_below
        self._most = max(more_than + 1, until_below)
        self._times: list[int] = []
        self._on = False

    def count(self, time: int) -> None:
        """An alarm was raised."""
        insort(self._times, time)
        del self._times[: -self._most]  # older ones decide nothing

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """It has no channel."""

    def holds(self, now: int) -> bool:
        """Whether there is a flood."""
        self._times = [time for time in self._times if time > now - self._window]
        count = len(self._times)
        self._on = count > self._more_than or (self._on and count >= self._until_below)
        return self._on

    def due(self) -> int:
        """When it will be over if nothing is raised."""
        if not self._on:
            return NEVER
        if len(self._times) < self._until_below:
            return 0
        return self._times[-self._until_below] + self._window

    def resume(self, now: int, *, active: bool) -> None:
        """Between the two limits it depends on what was before."""
        self._on = active

    def words(self) -> str:
        """What makes it a flood."""
        return f"more than {self._more_than} alarms within {self._window / (60 * NS):g} min"
