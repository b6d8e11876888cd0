"""Delivery as it is now: every sink, and the journal they are fed from. Pure."""

from collections.abc import Iterator

import msgspec

from daq.control.status import JournalStatus, SinkStatus
from daq.control.wrong import SOON
from daq.journal.entry import Event
from daq.web.data.problem import Level, Problem
from daq.web.data.register import ListedSink
from daq.web.data.snapshot import Snapshot

BEHIND = 30.0
"""Seconds the oldest entry may wait for a sink that delivers, before that needs a look."""

ABOUT = ("sink-", "journal-", "entries-", "quarantine-", "undelivered-", "retention-")
"""Kinds of events that tell of delivery begin like this."""

EVENTS = 12

KINDS = {"mqtt": "MQTT", "influxdb": "InfluxDB"}
"""What the kinds of sinks call themselves, in every language."""


class SinkNow(msgspec.Struct, frozen=True, kw_only=True):
    """One sink now. ``status`` is None while the daemon is silent.

    ``rate`` is entries a second in the last minute, None while not known; ``quarantined`` how
    many entries it has refused, None when nobody says so.
    """

    listed: ListedSink
    status: SinkStatus | None
    rate: float | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """How much it needs a look."""
        return max((problem.level for problem in self.problems), default=Level.GOOD)

    @property
    def kind(self) -> str:
        """What kind of destination it is."""
        return KINDS.get(self.listed.kind, self.listed.kind)

    @property
    def address(self) -> str:
        """Where it delivers to, or would."""
        given = ", ".join(self.listed.addresses)
        return (self.status.address if self.status else "") or given


class JournalNow(msgspec.Struct, frozen=True, kw_only=True):
    """The journal now. ``rate`` is entries a second in the last minute, None while not known."""

    status: JournalStatus | None
    rate: float | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """How much it needs a look."""
        return max((problem.level for problem in self.problems), default=Level.GOOD)

    @property
    def full(self) -> float | None:
        """Per cent of its limit that it takes; None when not known."""
        if self.status is None or not self.status.max_size:
            return None
        return 100.0 * self.status.used_bytes / self.status.max_size


def sinks(snapshot: Snapshot) -> tuple[SinkNow, ...]:
    """Every sink, the worst first."""
    listed = {sink.name: sink for sink in snapshot.register.sinks}
    status = snapshot.heard.status if snapshot.heard.speaks else None
    if status is None:
        return tuple(SinkNow(listed=sink, status=None) for sink in listed.values())
    made = [
        SinkNow(
            listed=listed.get(sink.name, ListedSink(name=sink.name, kind=sink.kind)),
            status=sink,
            rate=snapshot.trail.rate(sink.name),
            problems=tuple(_of_sink(sink)),
        )
        for sink in status.sinks
    ]
    return tuple(sorted(made, key=lambda sink: (-sink.level, sink.listed.name.casefold())))


def journal(snapshot: Snapshot) -> JournalNow:
    """The journal."""
    status = snapshot.heard.status.journal if snapshot.heard.status else None
    if status is None or not snapshot.heard.speaks:
        return JournalNow(status=None)
    return JournalNow(
        status=status, rate=snapshot.trail.growth(), problems=tuple(_of_journal(status))
    )


def happened(snapshot: Snapshot) -> tuple[Event, ...]:
    """The latest events of delivery, the newest first."""
    found = [event for event in snapshot.events if event.kind.startswith(ABOUT)]
    return tuple(reversed(found[-EVENTS:]))


def _of_sink(sink: SinkStatus) -> Iterator[Problem]:
    if sink.trouble:
        yield Problem(kind="sink-away", since=sink.trouble_since, detail=sink.trouble)
    elif (sink.lag_seconds or 0.0) > BEHIND:
        yield Problem(kind="behind", level=Level.UNCERTAIN, reason=str(sink.lag_entries))
    if sink.quarantined:
        yield Problem(kind="refused", level=Level.UNCERTAIN, reason=str(sink.quarantined))


def _of_journal(status: JournalStatus) -> Iterator[Problem]:
    if status.trouble:
        yield Problem(kind="journal-sick", detail=status.trouble)
    seconds = status.seconds_to_full
    loses = status.full_by == "disk" or status.when_full == "drop-new"
    if loses and seconds is not None and seconds < SOON:
        yield Problem(kind="disk-filling" if status.full_by == "disk" else "journal-filling")
    if status.dropped:
        yield Problem(kind="given-up", level=Level.UNCERTAIN, reason=str(status.dropped))
