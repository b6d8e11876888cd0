"""When rules have to be looked at although no reading comes. Pure."""

import heapq

from daq.alarms.conditions.condition import NEVER


class Agenda:
    """Times (ns) of ``count`` rules by number; a later time replaces none that is wanted."""

    def __init__(self, count: int) -> None:
        self._heap: list[tuple[int, int]] = []
        self._wanted = [NEVER] * count

    def plan(self, number: int, time: int) -> None:
        """Look at a rule at this time, unless it is to be looked at sooner."""
        if time < self._wanted[number]:
            self._wanted[number] = time
            heapq.heappush(self._heap, (time, number))

    def first(self) -> tuple[int, int] | None:
        """The next time and its rule; the rule may have put it off since."""
        while self._heap and self._wanted[self._heap[0][1]] != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def come(self, now: int) -> list[int]:
        """The rules whose time has come, in order; they are taken out."""
        if not self._heap or self._heap[0][0] > now:
            return []
        found: list[int] = []
        while (first := self.first()) is not None and first[0] <= now:
            self.drop(first[1])
            found.append(first[1])
        return sorted(found)

    def drop(self, number: int) -> None:
        """Forget the time of a rule."""
        self._wanted[number] = NEVER
