"""How alarms, lamps and horns are, for `daq status` and metrics."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from daq.alarms.watcher import Watcher
from daq.build.annunciators import Annunciator
from daq.control.status import AlarmCount, AnnunciatorStatus

Annunciators: TypeAlias = Iterable[Annunciator]


class AlarmView(msgspec.Struct, frozen=True):
    """Who knows it: the watcher, and the annunciators."""

    watcher: Watcher
    annunciators: Annunciators

    def counts(self) -> list[AlarmCount]:
        """How many alarms there are of each state and priority that is there."""
        found = Counter((life.state.value, sort.priority) for sort, life in self.watcher.board)
        return [AlarmCount(state, priority, count) for (state, priority), count in found.items()]

    def shown(self) -> list[AnnunciatorStatus]:
        """What each lamp and horn is known to do."""
        return [
            AnnunciatorStatus(
                name=each.diary.name,
                kind=each.kind,
                lamp=each.diary.shown.lamp if each.diary.shown else "",
                horn=bool(each.diary.shown and each.diary.shown.horn),
                trouble=each.diary.trouble,
                since=each.diary.since,
            )
            for each in self.annunciators
        ]
