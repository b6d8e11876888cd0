"""The state of a daemon for people: what is wrong first, then tables that fit 80 columns."""

from rich.console import Console
from rich.text import Text

from daq.cli.tables import console, print_table
from daq.control.status import (
    BusStatus,
    DaemonStatus,
    InstrumentStatus,
    JournalStatus,
    SinkStatus,
)
from daq.control.wrong import Wrong, words, wrong
from daq.plain import printable

COLOURS = {
    "answering": "green",
    "connected": "green",
    "good": "green",
    "silent": "red",
    "refusing": "yellow",
    "disconnected": "red",
    "lost": "red",
    "away": "red",
}

NS = 1e9


def print_status(status: DaemonStatus, screen: Console = console) -> None:
    """Print a status, on standard output or another ``screen``."""
    troubles = wrong(status)
    _print_head(status, screen)
    _print_troubles(status, troubles, screen)
    screen.print(_journal(status.journal), soft_wrap=True, markup=False)
    bad = {(trouble.kind, trouble.name) for trouble in troubles}
    print_table(
        ("bus", "state", "load", "scans", "skipped", "late", "mean", "p99", "max"),
        map(_bus_row, sorted(status.buses, key=lambda b: ("bus", b.name) not in bad)),
        right="load scans skipped late mean p99 max",
        colours=COLOURS,
        screen=screen,
    )
    print_table(
        ("instrument", "bus", "state", "last good", "newest scan", "failed"),
        [_instrument_row(status, item) for item in sorted(status.instruments, key=_worst)],
        right="failed",
        colours=COLOURS,
        screen=screen,
    )
    print_table(
        ("sink", "state", "address", "waiting", "for", "delivered", "quarantine"),
        map(_sink_row, sorted(status.sinks, key=lambda s: ("sink", s.name) not in bad)),
        right="waiting for delivered quarantine",
        colours=COLOURS,
        screen=screen,
    )


def _print_head(status: DaemonStatus, screen: Console) -> None:
    up = _since(status, status.started)
    screen.print(f"[bold]{status.site}[/]: daq {status.version}, pid {status.pid}, up {up}")
    force = _since(status, status.configured)
    screen.print(f"configuration {status.config_hash[:12]}, in force for {force}")


def _print_troubles(status: DaemonStatus, troubles: list[Wrong], screen: Console) -> None:
    for trouble in troubles:
        since = f" (since {_since(status, trouble.since)})" if trouble.since else ""
        text = f"{trouble.kind} {trouble.name}".rstrip() + f": {trouble.text}{since}"
        screen.print(Text(printable(text), "red"), soft_wrap=True)
    if not troubles:
        instruments = _count(len(status.instruments), "instrument", "instruments")
        buses = _count(len(status.buses), "bus", "buses")
        sinks = _count(len(status.sinks), "sink", "sinks")
        screen.print(Text(f"all well: {instruments} on {buses}, {sinks}", "green"))


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


def _since(status: DaemonStatus, moment: int) -> str:
    return words(max(status.time - moment, 0) / NS)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _size(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if abs(count) >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.1f} kB"
