"""A value does not follow its set-point."""

from typing import Literal, TypeAlias

from daq.alarms.conditions.condition import Timeless, number, shown
from drivers.model import Status, Value

Side: TypeAlias = Literal["both", "above", "below"]
"""Where it must not be."""

VALUE, SET_POINT = 0, 1
"""The places of the two channels."""


class Deviation(Timeless):
    """Further than ``by`` from the set-point, until it is back by ``dead_band``.

    When the set-point jumps by more than ``by``, it is judged again only when the value has
    arrived, or after ``settle`` ns. A ramp of small steps is followed all the time.
    """

    def __init__(
        self, by: float, dead_band: float = 0.0, settle: int = 0, side: Side = "both"
    ) -> None:
        self._by, self._dead_band, self._settle, self._side = by, dead_band, settle, side
        self._value: float | None = None
        self._set_point: float | None = None
        self._judged_from: int | None = None
        self._off = False

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading of the value or of the set-point."""
        found = number(value, status)
        if found is None:
            return
        if place == SET_POINT:
            before, self._set_point = self._set_point, found
            if before is not None and abs(found - before) > self._by and self._settle:
                self._judged_from = time + self._settle
        else:
            self._value = found
        self._judge(time)

    def _judge(self, time: int) -> None:
        if self._value is None or self._set_point is None:
            return
        distance = self._distance(self._value - self._set_point)
        if self._judged_from is not None:
            if distance > self._by and time < self._judged_from:
                self._off = False
                return
            self._judged_from = None
        self._off = distance > (self._by - self._dead_band if self._off else self._by)

    def _distance(self, above: float) -> float:
        if self._side == "both":
            return abs(above)
        return above if self._side == "above" else -above

    def holds(self, now: int) -> bool:
        """Whether it was with the last usable readings."""
        return self._off

    def resume(self, now: int, *, active: bool) -> None:
        """Within the dead-band it depends on what was before."""
        self._off = active

    def words(self) -> str:
        """Both."""
        if self._value is None or self._set_point is None:
            return ""
        sign = {"both": "±", "above": "+", "below": "-"}[self._side]
        return f"{shown(self._value)}, set-point {shown(self._set_point)} {sign} {shown(self._by)}"
