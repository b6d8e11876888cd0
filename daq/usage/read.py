"""Reads out of a journal what utilisation and cost are made of."""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from daq.calibration.evaluate import NUMBERS
from daq.journal import kinds
from daq.journal.entry import Event, SeriesKey
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.journal.trend.read import TrendQuery
from daq.runs.run import Run
from daq.usage.calendar import NS, shift_stretches
from daq.usage.energy import Metered, of_counter, of_power
from daq.usage.happened import Book, Happened
from daq.usage.judge import Found, judge
from daq.usage.ledger import Facts, edges_of
from daq.usage.plan import ByAlarm, ByChannel, Counter, Item, Plan, Power, Source, State
from daq.usage.rates import Prices
from daq.usage.stream import Correct, Stream
from daq.usage.stretches import Set, Stretch
from daq.usage.timeline import run_stretch, running_with, timeline
from drivers.model import Channel

AROUND = 3600 * NS
"""How far beyond a period rules look, so that its edges do not cut what they judge."""

ALARMS_BACK = 92 * 86_400 * NS
"""How far back the begin of an alarm is looked for that holds when a period begins."""


class Past:
    """What a journal says of a period for all items; read once, by one thread at a time."""

    def __init__(
        self, reader: JournalReader, plan: Plan, period: Stretch, runs: Sequence[Run]
    ) -> None:
        self._reader, self._plan, self.period = reader, plan, period
        self._wide = (period[0] - AROUND, period[1] + AROUND)
        self._runs = runs
        self._seen = seen(reader)
        self._happened = happened(reader, plan, self._wide)
        self._kept: tuple[Source | None, Sequence[Stream]] = (None, ())

    def facts(self, item: Item, prices: Prices) -> Facts:
        """Of one item.

        Raises:
            JournalError: the journal cannot be read.
            UsageError: a channel's unit is not one of power or energy.
        """
        runs = self._of(item)
        found: dict[State, Found] = {state: self._found(item, state) for state in item.rules}
        lasting = timeline(
            item, found, self._happened, self._wide, self._seen, self._plan.fault_after
        )
        planned = planned_of(self._plan, item, self.period)
        facts = Facts(period=self.period, lasting=lasting, planned=planned, metered=None, runs=runs)
        return msgspec.structs.replace(facts, metered=self._metered(item, prices, facts))

    def _of(self, item: Item) -> tuple[Run, ...]:
        start, end = self.period
        return tuple(
            run
            for run in self._runs
            if item.takes_part(run.instruments)
            and run.begun < end
            and start < run_stretch(run, self._seen[-1][1])[1]
        )

    def _found(self, item: Item, state: State) -> Found:
        rule = item.rules[state]
        if isinstance(rule, ByChannel):
            return judge(rule, self._streams(rule.source), *self._wide)
        if isinstance(rule, ByAlarm):
            return Found(self._happened.alarms.get(rule.alarm, ()), (self._wide,))
        return running_with(self._runs, item, self._wide)

    def _metered(self, item: Item, prices: Prices, facts: Facts) -> Metered | None:
        cuts = edges_of(self._plan, prices, facts)
        match item.energy:
            case Counter(source):
                return of_counter(item.energy, self._streams(source), cuts)
            case Power(source):
                return of_power(item.energy, self._streams(source), cuts)
            case _:
                return None

    def _streams(self, source: Source) -> Sequence[Stream]:
        """A channel; kept until another one is asked for: energy is mostly of that of a rule."""
        if self._kept[0] != source:
            self._kept = (source, tuple(streams_of(self._reader, source, self._wide)))
        return self._kept[1]


def planned_of(plan: Plan, item: Item, period: Stretch) -> Set:
    """When an item is meant to be used."""
    if item.planned is None:
        return (period,)
    return shift_stretches(item.planned, *period, plan.zone, plan.closed)


def seen(reader: JournalReader) -> Set:
    """From the oldest entry of a journal to its newest; what is beyond nobody saw.

    Raises:
        JournalError: the journal cannot be read.
    """
    known = reader.statistics()
    return ((known.first_time, known.last_time),)


def happened(reader: JournalReader, plan: Plan, period: Stretch) -> Happened:
    """What events tell of a period, with what was going on when it began.

    Raises:
        JournalError: the journal cannot be read.
    """
    book = Book()
    for event in [*_before(reader, plan, period[0]), *reader.events(_within(period))]:
        book.take(event, _entry_before(reader, event))
    # A daemon that was away at the end of the period tells so when it is back.
    later = next(reader.events(Query(start=period[1])), None)
    if later is not None and later.kind == kinds.START.name:
        book.take(later, _entry_before(reader, later))
    return book.happened(period[1])


def _within(period: Stretch) -> Query:
    return Query(start=period[0], end=period[1])


def _before(reader: JournalReader, plan: Plan, start: int) -> list[Event]:
    """Events from the last start of the daemon on: nothing that was wrong before goes on beyond it.

    An alarm does, so those that matter are looked for further back.
    """
    wanted = {
        rule.alarm
        for item in plan.items
        for rule in item.rules.values()
        if isinstance(rule, ByAlarm)
    }
    found: list[Event] = []
    started = False
    for event in reader.events_back(Query(end=start)):
        told = event.kind in _OF_ALARMS and event.subject in wanted
        if not started or told:
            found.append(event)
        wanted -= {event.subject} if told else set()
        started = started or event.kind == kinds.START.name
        if started and (not wanted or event.time < start - ALARMS_BACK):
            break
    return found[::-1]


def standing(reader: JournalReader, plan: Plan, now: int) -> list[Event]:
    """The events that say which alarms of a plan hold at a moment.

    Raises:
        JournalError: the journal cannot be read.
    """
    return [event for event in _before(reader, plan, now) if event.kind in _OF_ALARMS]


_OF_ALARMS = {kinds.ALARM_RAISED.name, kinds.ALARM_RETURNED.name}


def _entry_before(reader: JournalReader, event: Event) -> int:
    if event.kind != kinds.START.name:
        return 0
    entries = reader.entries(event.seq - 2, 1, event.seq - 1)
    return entries[0].time if entries else 0


def streams_of(reader: JournalReader, source: Source, period: Stretch) -> Iterator[Stream]:
    """A channel in every series it has had; those without a scan in the period have no pieces.

    Raises:
        JournalError: the journal cannot be read.
    """
    for series in reader.series():
        key = series.key
        channel = next((one for one in key.channels if one.name == source.channel), None)
        if channel is None or key.instrument != source.instrument:
            continue
        if source.group in ("", key.group):
            query = TrendQuery(series, (source.channel,), *period)
            yield Stream(
                tuple(reader.pieces_of(query)),
                partial(reader.readings, query),
                round(key.interval * NS),
                channel.unit,
                _correct(key, channel),
            )


def _correct(key: SeriesKey, channel: Channel) -> Correct | None:
    for one in key.calibrations:
        if one.channel == channel.name and one.correction and channel.kind in NUMBERS:
            return one.corrected
    return None
