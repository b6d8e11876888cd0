"""Which alarms a lamp and a horn are for. Pure."""

from collections.abc import Iterable

import msgspec

from daq.alarms.beacon import Beacon, beacon
from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life


class Choice(msgspec.Struct, frozen=True):
    """Alarms of these priorities and groups; no groups means all."""

    priorities: frozenset[str]
    groups: frozenset[str] = frozenset()

    def beacon(self, alarms: Iterable[tuple[Sort, Life]]) -> Beacon:
        """What those of them that are chosen ask for together."""
        return beacon((sort, life) for sort, life in alarms if self._has(sort))

    def _has(self, sort: Sort) -> bool:
        return sort.priority in self.priorities and (not self.groups or sort.group in self.groups)
