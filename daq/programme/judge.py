"""From the entries of a journal to the fold of one run: which readings and events concern it."""

from collections.abc import Iterable

import msgspec

from daq.journal import kinds
from daq.journal.corrected import Corrections
from daq.journal.entry import Entry, Event, Scan, SeriesKey
from daq.programme.fold import Fold
from daq.programme.happening import Happening
from daq.programme.plan import Plan
from daq.programme.programme import Programme, Source
from daq.programme.state import State
from drivers.model import Quality, Status, Value

INTERVALS = 3
"""For so many intervals of its scan group a reading counts."""

PAUSED, RESUMED, ENDED = "run-paused", "run-resumed", "run-ended"


class _Use(msgspec.Struct, frozen=True):
    """What the scans of a series are used for: places of values by role."""

    values: tuple[tuple[int, str, bool], ...] = ()
    set_points: tuple[tuple[int, str, bool], ...] = ()
    controller: int | None = None
    holds: int = 0

    @property
    def none(self) -> bool:
        return not self.values and not self.set_points and self.controller is None


class Judge:
    """Judges the run ``run`` of a programme; values as they are corrected by certificates."""

    def __init__(self, plan: Plan, run: str, begun: int, state: State | None = None) -> None:
        self.run = run
        self.fold = Fold(plan, begun, state)
        self._uses: dict[int, tuple[SeriesKey, _Use]] = {}
        self._corrections = Corrections()

    @property
    def instruments(self) -> frozenset[str]:
        """The instruments whose scans are used."""
        return frozenset(source.instrument for source in sources(self.fold.plan.programme))

    def take(self, entry: Entry) -> list[Happening]:
        """Take the next entry; what happened, and was not yet taken out."""
        if isinstance(entry, Scan):
            self._scan(entry)
        else:
            self._event(entry)
        return self.drain() if self.fold.told else []

    def drain(self) -> list[Happening]:
        """What happened and was not yet taken out."""
        told, self.fold.told = self.fold.told, []
        return told

    def _event(self, event: Event) -> None:
        if event.kind == kinds.START.name:
            self.fold.started(event.time)
        elif event.kind == kinds.STOP.name:
            self.fold.stopped(event.time)
        elif event.subject == self.run:
            self._of_run(event)

    def _of_run(self, event: Event) -> None:
        if event.kind == PAUSED:
            self.fold.pause(event.time)
        elif event.kind == RESUMED:
            self.fold.resume(event.time)
        elif event.kind == ENDED:
            self.fold.end(event.time)

    def _scan(self, scan: Scan) -> None:
        use = self._use(scan)
        if use.none:
            return
        values = self._corrections.values(scan)
        # Set points first: they say whether a value belongs to the next step already.
        if found := _numbers(use.set_points, values, scan.statuses):
            self.fold.read_set_points(scan.time, found)
        if found := _numbers(use.values, values, scan.statuses):
            self.fold.read(scan.time, found, use.holds)
        if use.controller is not None:
            told = _number(values[use.controller], scan.statuses[use.controller], uncertain=False)
            if told is not None:
                self.fold.read_controller(scan.time, round(told))

    def _use(self, scan: Scan) -> _Use:
        known = self._uses.get(scan.series.id)
        if known is None or known[0] != scan.series.key:
            key = scan.series.key
            known = self._uses[scan.series.id] = (key, _use_of(self.fold.plan.programme, key))
        return known[1]


def sources(programme: Programme) -> Iterable[Source]:
    """Every channel a programme looks at."""
    for role in programme.roles:
        yield role.source
        if role.set_point is not None:
            yield role.set_point
    if programme.controller is not None:
        yield programme.controller


def _use_of(programme: Programme, key: SeriesKey) -> _Use:
    values = [(_place(role.source, key), role) for role in programme.roles]
    set_points = [(_place(role.set_point, key), role) for role in programme.roles if role.set_point]
    return _Use(
        values=tuple((at, role.name, role.uncertain) for at, role in values if at is not None),
        set_points=tuple((at, role.name, True) for at, role in set_points if at is not None),
        controller=_place(programme.controller, key) if programme.controller else None,
        holds=programme.reading_holds or round(key.interval * INTERVALS * 1e9),
    )


def _place(source: Source, key: SeriesKey) -> int | None:
    if source.instrument != key.instrument or source.group not in ("", key.group):
        return None
    names = [channel.name for channel in key.channels]
    return names.index(source.channel) if source.channel in names else None


def _numbers(
    places: Iterable[tuple[int, str, bool]], values: tuple[Value, ...], statuses: tuple[Status, ...]
) -> dict[str, float]:
    found = {
        role: _number(values[at], statuses[at], uncertain=uncertain)
        for at, role, uncertain in places
        if at < len(values)
    }
    return {role: value for role, value in found.items() if value is not None}


def _number(value: Value, status: Status, *, uncertain: bool) -> float | None:
    """The reading as a number, if it counts as one."""
    worst = Quality.UNCERTAIN if uncertain else Quality.GOOD
    if value is None or isinstance(value, (str, bool)) or status.quality > worst:
        return None
    return float(value)
