"""The state of a daemon for people: what is wrong first, then tables that fit the window."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from daq.cli.screens import out
from daq.cli.tables import make_table
from daq.control.status import (
    BusStatus,
    DaemonStatus,
    InstrumentStatus,
    JournalStatus,
    RecipientStatus,
    SinkStatus,
)
from daq.control.wrong import Wrong, state_of, words, wrong
from daq.plain import printable

COLOURS = {
    "answering": "green",
    "connected": "green",
    "good": "green",
    "uncertain": "yellow",
    "bad": "red",
    "stuck": "red",
    "silent": "red",
    "refusing": "yellow",
    "disconnected": "red",
    "lost": "red",
    "away": "red",
    "reachable": "green",
    "unreachable": "red",
}

NS = 1e9


def print_status(status: DaemonStatus, screen: Console | None = None) -> None:
    """Print a status, on standard output or another ``screen``."""
    screen = screen or out()
    for part in status_parts(status, screen.width):
        screen.print(part, soft_wrap=isinstance(part, Text))


def status_parts(status: DaemonStatus, room: int) -> list[RenderableType]:
    """A status, what is wrong first, for a window of ``room`` columns.

    In a narrow one the columns of a table that matter least are left out; no name is cut.
    """
    troubles = wrong(status)
    bad = {(trouble.kind, trouble.name) for trouble in troubles}
    tables = (
        make_table(
            ("bus", "state", "load", "scans", "skipped", "late", "mean", "p99", "max"),
            map(_bus_row, sorted(status.buses, key=lambda b: ("bus", b.name) not in bad)),
            right="load scans skipped late mean p99 max",
            drop=("scans", "mean", "p99", "max", "late", "skipped", "load"),
            colours=COLOURS,
            room=room,
        ),
        make_table(
            ("instrument", "bus", "state", "last good", "newest scan", "failed"),
            [_instrument_row(status, item) for item in sorted(status.instruments, key=_worst)],
            right="failed",
            drop=("failed", "bus", "newest scan", "last good"),
            colours=COLOURS,
            room=room,
        ),
        make_table(
            ("sink", "state", "address", "waiting", "for", "delivered", "quarantine"),
            map(_sink_row, sorted(status.sinks, key=lambda s: ("sink", s.name) not in bad)),
            right="waiting for delivered quarantine",
            drop=("address", "delivered", "quarantine", "for", "waiting"),
            colours=COLOURS,
            room=room,
        ),
        make_table(
            ("recipient", "state", "waiting", "messages", "failed", "last message"),
            [_recipient_row(status, one) for one in status.recipients],
            right="waiting messages failed",
            drop=("failed", "messages", "last message", "waiting"),
            colours=COLOURS,
            room=room,
        ),
    )
    parts: list[RenderableType] = [*_head(status), *_troubles(status, troubles)]
    parts.append(Text(_journal(status.journal)))
    for table in tables:
        parts += ["", table] if table.row_count else []
    return parts


def _head(status: DaemonStatus) -> Iterator[Text]:
    up = _since(status, status.started)
    about = f": daq {status.version}, pid {status.pid}, up {up}"
    yield Text.assemble((printable(status.site), "bold"), about)
    force = _since(status, status.configured)
    yield Text(f"configuration {status.config_hash[:12]}, in force for {force}")


def _troubles(status: DaemonStatus, troubles: list[Wrong]) -> Iterator[Text]:
    for trouble in troubles:
        since = f" (since {_since(status, trouble.since)})" if trouble.since else ""
        text = f"{trouble.kind} {trouble.name}".rstrip() + f": {trouble.text}{since}"
        yield Text(printable(text), "red")
    if not troubles:
        instruments = _count(len(status.instruments), "instrument", "instruments")
        buses = _count(len(status.buses), "bus", "buses")
        sinks = _count(len(status.sinks), "sink", "sinks")
        yield Text(f"all well: {instruments} on {buses}, {sinks}", "green")
    for sink in status.sinks:
        if sink.quarantined:
            held = _count(sink.quarantined, "entry", "entries")
            text = f"sink {sink.name}: {held} in quarantine: daq quarantine list --sink {sink.name}"
            yield Text(printable(text), "yellow")


def _journal(journal: JournalStatus) -> str:
    limit = f" of {_size(journal.max_size)}" if journal.max_size else ""
    text = f"journal: entry {journal.committed}, {_size(journal.size_bytes)}{limit}"
    if journal.growth is not None:
        text += f", {_size(journal.growth * 3600)}/h"
    if journal.seconds_to_full is not None:
        by = "disk" if journal.full_by == "disk" else "max_size"
        text += f", {by} reached in {words(journal.seconds_to_full)}"
    room = f"; room on disk {_size(journal.room_bytes)}" if journal.room_bytes else ""
    return f"{text}\n  {journal.path}{room}"


def _bus_row(bus: BusStatus) -> tuple[str, ...]:
    lateness = (bus.lateness_mean, bus.lateness_99, bus.lateness_max)
    return (
        bus.name,
        "stuck" if bus.stuck else bus.state,
        f"{bus.load:.0f} %",
        str(bus.scans),
        str(bus.skipped_ticks),
        str(bus.late_ticks),
        *(f"{seconds * 1000:.1f} ms" for seconds in lateness),
    )


def _worst(item: InstrumentStatus) -> tuple[bool, bool, bool, str]:
    return not item.silent, not item.trouble, item.quality == "good", item.name


def _instrument_row(status: DaemonStatus, item: InstrumentStatus) -> tuple[str, ...]:
    return (
        item.name,
        item.bus,
        item.state,
        f"{_since(status, item.last_good)} ago" if item.last_good else "never",
        item.quality,
        str(item.failed_scans),
    )


def _sink_row(sink: SinkStatus) -> tuple[str, ...]:
    age = "?" if sink.lag_seconds is None else words(sink.lag_seconds)
    return (
        sink.name,
        sink.state,
        sink.address,
        str(sink.lag_entries),
        age if sink.lag_entries else "",
        str(sink.delivered),
        "?" if sink.quarantined is None else str(sink.quarantined),
    )


def _recipient_row(status: DaemonStatus, one: RecipientStatus) -> tuple[str, ...]:
    return (
        one.name,
        state_of(one),
        str(one.waiting),
        str(one.sent),
        str(one.failures),
        f"{_since(status, one.last)} ago" if one.last else "never",
    )


def _since(status: DaemonStatus, moment: int) -> str:
    return words(max(status.time - moment, 0) / NS)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _size(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if abs(count) >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.1f} kB"
