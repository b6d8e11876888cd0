"""What is not as it should be, in the state of a daemon: the worst first. Pure."""

from collections.abc import Iterator

import msgspec

from daq.control.status import (
    BusStatus,
    DaemonStatus,
    InstrumentStatus,
    JournalStatus,
    RecipientStatus,
    SinkStatus,
)

SOON = 86_400.0
"""Seconds: a journal that will be full earlier than that, and then loses what is new, is wrong."""


class Wrong(msgspec.Struct, frozen=True):
    """One thing that is wrong: ``kind`` and ``name`` of what, one sentence, since when (ns)."""

    kind: str
    name: str
    text: str
    since: int = 0


def wrong(status: DaemonStatus) -> list[Wrong]:
    """Everything that is wrong; what loses data or hides much before what hides little."""
    lost = {bus.name for bus in status.buses if bus.trouble}
    return [
        *_journal(status.journal),
        *(found for bus in status.buses for found in _bus(bus)),
        *_instruments(status.instruments, lost),
        *(found for sink in status.sinks for found in _sink(sink)),
        *(found for one in status.recipients for found in _recipient(one)),
        *(
            Wrong("annunciator", each.name, each.trouble, each.since)
            for each in status.annunciators
            if each.trouble
        ),
    ]


def _journal(journal: JournalStatus) -> Iterator[Wrong]:
    if journal.trouble:
        yield Wrong("journal", "", journal.trouble)
    seconds = journal.seconds_to_full
    loses = journal.full_by == "disk" or journal.when_full == "drop-new"
    if loses and seconds is not None and seconds < SOON:
        what = "the disk is" if journal.full_by == "disk" else "max_size is"
        when = f"in {words(seconds)}" if seconds > 0 else "now"
        yield Wrong("journal", "", f"{what} full {when}")


def _bus(bus: BusStatus) -> Iterator[Wrong]:
    if bus.stuck:
        yield Wrong("bus", bus.name, "its poller makes no progress")
    if bus.trouble:
        yield Wrong("bus", bus.name, bus.trouble, bus.since)


def _instruments(instruments: list[InstrumentStatus], lost: set[str]) -> Iterator[Wrong]:
    """The silent before the merely faulty; those of a lost bus are told of with their bus."""
    for item in sorted(instruments, key=lambda item: -item.silent):
        if item.bus in lost or not (item.silent or item.trouble):
            continue
        yield Wrong("instrument", item.name, _ailment(item), item.since if item.trouble else 0)


def _ailment(item: InstrumentStatus) -> str:
    parts = [f"no reading of use for {words(item.silent)}"] if item.silent else []
    parts += [item.trouble] if item.trouble else []
    if item.silent and not item.trouble and item.quality:
        parts.append(f"newest scan {item.quality}")
    if item.failures:
        counts = sorted(item.failures.items(), key=lambda pair: -pair[1])
        parts.append("failures: " + ", ".join(f"{count} {reason}" for reason, count in counts))
    return "; ".join(parts)


def _sink(sink: SinkStatus) -> Iterator[Wrong]:
    if sink.trouble:
        yield Wrong("sink", sink.name, sink.trouble, sink.trouble_since)


def _recipient(one: RecipientStatus) -> Iterator[Wrong]:
    if one.trouble:
        yield Wrong("recipient", one.name, f"cannot be told: {one.trouble}", one.trouble_since)


def state_of(one: RecipientStatus) -> str:
    """How it is with a recipient, in a word or two."""
    if one.trouble:
        return "unreachable"
    if not one.on_duty:
        return "off duty"
    return "quiet" if one.quiet else "reachable"


def words(seconds: float) -> str:
    """A span of time in the unit that suits it."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"  # noqa: PLR2004 - digits
