"""What instruments do now, out of entries as they come. Pure.

The same rules as for a month, with what is known at the moment: a fault shows as soon as it is
told, whether or not it will last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from daq.journal.corrected import Corrections
from daq.journal.entry import Entry, Event, Scan
from daq.journal.trend.pieces import Readings
from daq.journal.trend.span import Span
from daq.runs.desk import Desk
from daq.runs.run import Run
from daq.usage.calendar import NS
from daq.usage.energy import Metered, of_counter, of_power, shares
from daq.usage.happened import Book
from daq.usage.judge import Found, judge
from daq.usage.plan import (
    STATES,
    ByAlarm,
    ByChannel,
    Counter,
    Item,
    Modelled,
    Plan,
    Power,
    Source,
    State,
)
from daq.usage.stream import GAP, Stream
from daq.usage.stretches import Stretch
from daq.usage.timeline import clipped, hours, running_with, timeline
from drivers.model import Quality, Value


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An item at the end of a stretch: its state, ns of each state in it, kWh; None: not known."""

    item: Item
    state: State
    times: Mapping[State, int]
    energy: float | None = None


class _Channel:
    """The newest readings of a channel, as corrected."""

    def __init__(self, interval: int, unit: str) -> None:
        self.interval, self.unit = interval, unit
        self.readings: list[tuple[int, Value]] = []

    @property
    def stream(self) -> Stream:
        times, values = zip(*self.readings, strict=True)
        return Stream((Readings(times, values),), _never, self.interval, self.unit)

    def forget(self, before: int) -> None:
        """Keep the last one before that as well: it still counts."""
        old = sum(time < before for time, _ in self.readings)
        del self.readings[: max(old - 1, 0)]


def _never(span: Span) -> Iterator[Readings]:
    raise AssertionError(f"no summary was given: {span}")


class Live:
    """Follows the entries of a journal, and tells what became of the items of a plan."""

    def __init__(
        self, plan: Plan, start: int, before: Iterable[Event] = (), runs: Iterable[Run] = ()
    ) -> None:
        """``before`` are events that say which alarms hold, ``runs`` those that go on."""
        self._plan = plan
        self._start = start
        self._events, self._runs = Book(), Desk()
        self._corrections = Corrections()
        self._channels: dict[tuple[str, str, str], _Channel] = {}
        self._held: dict[tuple[str, State], bool] = {}
        self._accounted: dict[str, int] = {}
        self._wanted = frozenset(
            (source.instrument, source.channel) for item in plan.items for source in _sources(item)
        )
        for event in before:
            self._events.take(event, event.time)
        self._runs.book.runs.update({run.id: run for run in runs if not run.ended})

    def take(self, entry: Entry) -> None:
        """An entry of the journal."""
        if isinstance(entry, Scan):
            self._take_scan(entry)
        else:
            self._events.take(entry, entry.time)
            self._runs.restore((entry,))

    def _take_scan(self, scan: Scan) -> None:
        key = scan.series.key
        places = [
            n for n, one in enumerate(key.channels) if (key.instrument, one.name) in self._wanted
        ]
        if not places:
            return
        values = self._corrections.values(scan)
        for place in places:
            channel = key.channels[place]
            found = self._channels.setdefault(
                (key.instrument, key.group, channel.name),
                _Channel(round(key.interval * NS), channel.unit),
            )
            found.interval, found.unit = round(key.interval * NS), channel.unit
            bad = scan.statuses[place].quality is Quality.BAD
            found.readings.append((scan.time, None if bad else values[place]))

    def tell(self, end: int) -> list[Told]:
        """What became of each item since this was asked before.

        Raises:
            UsageError: a channel's unit is not one of power or energy.
        """
        period = (self._start, max(end, self._start + 1))
        found = [self._of(item, period) for item in self._plan.items]
        self._forget(period[1])
        return found

    def _of(self, item: Item, period: Stretch) -> Told:
        held: dict[State, Found] = {
            state: self._judged(item, state, period) for state in item.rules
        }
        happened = self._events.happened(period[1])
        lasting = clipped(timeline(item, held, happened, period, (period,), 0), period)
        times = dict.fromkeys(STATES, 0) | hours(lasting, (period,))
        return Told(
            item=item,
            state=lasting[-1].state,
            times=times,
            energy=self._energy(item, times),
        )

    def _judged(self, item: Item, state: State, period: Stretch) -> Found:
        rule = item.rules[state]
        if isinstance(rule, ByChannel):
            before = self._held.get((item.name, state), False)
            found = judge(rule, self._streams(rule.source), *period, before=before)
            self._held[item.name, state] = bool(found.held) and found.held[-1][1] >= period[1]
            return found
        if isinstance(rule, ByAlarm):
            alarms = self._events.happened(period[1]).alarms
            return Found(alarms.get(rule.alarm, ()), (period,))
        return running_with(self.runs, item, period)

    @property
    def runs(self) -> Sequence[Run]:
        """Those it knows of."""
        return tuple(self._runs.book.runs.values())

    def _energy(self, item: Item, times: Mapping[State, int]) -> float | None:
        match item.energy:
            case None:
                return None
            case Modelled(kilowatts):
                hour = 3600 * NS
                return sum(float(kilowatts.get(s, 0)) * time / hour for s, time in times.items())
            case Counter(source):
                return self._metered(item, of_counter(item.energy, self._streams(source), ()))
            case Power(source):
                return self._metered(item, of_power(item.energy, self._streams(source), ()))

    def _metered(self, item: Item, metered: Metered) -> float | None:
        """Up to the newest reading; what comes after it will be told with the next one."""
        newest = max((one.end for one in metered.used), default=0)
        begin = self._accounted.setdefault(item.name, self._start)
        if newest <= begin:
            return None
        self._accounted[item.name] = newest
        return shares(metered.used, (begin, newest))[0]

    def _streams(self, source: Source) -> list[Stream]:
        return [
            channel.stream
            for (instrument, group, name), channel in self._channels.items()
            if (instrument, name) == (source.instrument, source.channel)
            and source.group in ("", group)
            and channel.readings
        ]

    def _forget(self, end: int) -> None:
        self._start = end
        self._events.forget(end)
        for channel in self._channels.values():
            channel.forget(end - round(GAP * channel.interval))
        for run in self.runs:
            if run.ended:
                self._runs.book.forget(run.id)


def _sources(item: Item) -> Iterator[Source]:
    for rule in item.rules.values():
        if isinstance(rule, ByChannel):
            yield rule.source
    if isinstance(item.energy, Counter | Power):
        yield item.energy.source
