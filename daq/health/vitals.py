"""The daemon's own state as scans: what an instrument called ``daq`` would read. Pure.

A scan group for the daemon itself (``daemon``), each bus (``bus-NAME``) and each sink
(``sink-NAME``). What is counted is given as the count since the scan before, so that the sum over
any time is what happened in it, whatever was restarted meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

import msgspec

from daq.control.status import BusStatus, DaemonStatus, SinkStatus
from drivers.model import Channel, Status, Value

ITSELF = "daemon"

T = TypeVar("T", bound=msgspec.Struct)

Number: TypeAlias = float | None


class Process(msgspec.Struct, frozen=True):
    """What the kernel says of this process: resident memory (bytes), processor time (s)."""

    memory: int
    processor: float


class Look(msgspec.Struct, frozen=True):
    """Everything that is known at one moment; ``clock`` is seconds of a clock nobody sets."""

    status: DaemonStatus
    process: Process
    clock: float


class Vitals(msgspec.Struct, frozen=True):
    """One scan of the daemon: a value and a status for each channel."""

    group: str
    channels: tuple[Channel, ...]
    values: tuple[Value, ...]
    statuses: tuple[Status, ...]


class Span(msgspec.Struct, Generic[T], frozen=True):
    """A thing at the end of a span of time and, unless it is new, at its beginning."""

    before: T | None
    now: T
    seconds: float

    def since(self, count: Callable[[T], float]) -> float:
        """How far a count has got in the span; it begins anew when its thing was restarted."""
        now, before = count(self.now), 0 if self.before is None else count(self.before)
        return now - before if now >= before else now


class Sign(msgspec.Struct, Generic[T], frozen=True):
    """A channel, and how its value is found; None when the journal's file does not say."""

    channel: Channel
    find: Callable[[Span[T]], Number]


def _sign(name: str, unit: str, about: str, find: Callable[[Span[T]], Number]) -> Sign[T]:
    shown = {"1": "", "By": "B", "/s": "1/s"}.get(unit, unit)
    return Sign(Channel(name=name, unit=unit, display_unit=shown, description=about), find)


def _now(name: str, unit: str, about: str, find: Callable[[T], Number]) -> Sign[T]:
    return _sign(name, unit, about, lambda span: find(span.now))


def _count(name: str, about: str, find: Callable[[T], float]) -> Sign[T]:
    return _sign(name, "1", f"{about}, since the scan before", lambda span: span.since(find))


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else 0.0


DAEMON: tuple[Sign[Look], ...] = (
    _now("uptime", "s", "time since the start", lambda k: (k.status.time - k.status.started) / 1e9),
    _now("memory", "By", "resident memory", lambda k: k.process.memory),
    _sign(
        "processor",
        "%",
        "processor time, of one core",
        lambda span: _share(span.since(lambda k: k.process.processor), span.seconds),
    ),
    _now("instruments", "1", "instruments there are", lambda k: len(k.status.instruments)),
    _now(
        "answering",
        "1",
        "instruments that answer",
        lambda k: sum(item.state == "answering" for item in k.status.instruments),
    ),
    _now(
        "silent",
        "1",
        "instruments silent beyond what is allowed",
        lambda k: sum(item.silent > 0 for item in k.status.instruments),
    ),
    _now(
        "journal_up", "1", "1 while entries can be written", lambda k: not k.status.journal.trouble
    ),
    _now("journal_size", "By", "files on disk", lambda k: k.status.journal.size_bytes),
    _now(
        "journal_share",
        "%",
        "used, of max_size",
        lambda k: _share(k.status.journal.used_bytes, k.status.journal.max_size),
    ),
    _now("journal_room", "By", "what the disk can take", lambda k: k.status.journal.room_bytes),
    _now("journal_pending", "1", "entries not yet on disk", lambda k: k.status.journal.pending),
    _count("journal_entries", "entries committed", lambda k: k.status.journal.committed),
    _count("journal_dropped", "entries given up", lambda k: k.status.journal.dropped),
    _count(
        "journal_undelivered",
        "entries deleted that a sink had not got",
        lambda k: sum(k.status.journal.undelivered.values()),
    ),
)

BUS: tuple[Sign[BusStatus], ...] = (
    _now("up", "1", "1 while open and in use", lambda b: b.state == "connected" and not b.trouble),
    _now("stuck", "1", "1 while its poller makes no progress", lambda b: b.stuck),
    _sign("load", "%", "time in use", lambda s: _share(s.since(lambda b: b.busy), s.seconds)),
    _sign(
        "lateness",
        "s",
        "how late scans began, mean",
        lambda s: _mean(s.since(lambda b: b.lateness.total), s.since(lambda b: b.scans)),
    ),
    _count("scans", "scans begun", lambda b: b.scans),
    _count("late", "scans that began late", lambda b: b.late_ticks),
    _count("skipped", "scans given up for the next", lambda b: b.skipped_ticks),
    _count("losses", "times the line was lost", lambda b: b.losses),
    _count("discarded", "bytes that belonged to no reply", lambda b: b.discarded_bytes),
)

SINK: tuple[Sign[SinkStatus], ...] = (
    _now("up", "1", "1 while it delivers", lambda s: s.state == "connected" and not s.trouble),
    _now("lag", "s", "age of the oldest entry it has not got", lambda s: s.lag_seconds),
    _now("waiting", "1", "entries it has not got", lambda s: s.lag_entries),
    _now("backlog", "1", "of them backlog after an outage", lambda s: s.backlog_entries),
    _now("quarantined", "1", "entries in quarantine", lambda s: s.quarantined),
    _sign("rate", "/s", "entries delivered", lambda s: s.since(lambda k: k.delivered) / s.seconds),
    _count("retried", "entries written again", lambda s: s.retried),
    _count("refused", "entries refused for good", lambda s: s.refused),
    _count("failures", "failed attempts to connect or write", lambda s: s.failures),
)


def own_groups(buses: Iterable[str], sinks: Iterable[str]) -> list[str]:
    """The scan groups the daemon has as an instrument."""
    return [ITSELF, *map(bus_group, buses), *map(sink_group, sinks)]


def bus_group(name: str) -> str:
    """The scan group of a bus."""
    return f"bus-{name}"


def sink_group(name: str) -> str:
    """The scan group of a sink."""
    return f"sink-{name}"


def vitals(before: Look, now: Look) -> Iterator[Vitals]:
    """The scans of the span between two looks."""
    seconds = max(now.clock - before.clock, 1e-9)
    yield _scan(ITSELF, DAEMON, Span(before, now, seconds))
    buses = {bus.name: bus for bus in before.status.buses}
    for bus in now.status.buses:
        yield _scan(bus_group(bus.name), BUS, Span(_known(buses, bus.name), bus, seconds))
    sinks = {sink.name: sink for sink in before.status.sinks}
    for sink in now.status.sinks:
        yield _scan(sink_group(sink.name), SINK, Span(_known(sinks, sink.name), sink, seconds))


def _known(things: Mapping[str, T], name: str) -> T | None:
    return things.get(name)


def _scan(group: str, signs: Sequence[Sign[T]], span: Span[T]) -> Vitals:
    found = [sign.find(span) for sign in signs]
    return Vitals(
        group,
        tuple(sign.channel for sign in signs),
        tuple(None if value is None else float(value) for value in found),
        tuple(Status.TIMEOUT if value is None else Status.GOOD for value in found),
    )


def _mean(total: float, count: float) -> float:
    return total / count if count else 0.0
