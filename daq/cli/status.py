"""`daq status`: what the running daemon does."""

import time
from pathlib import Path

import click

from daq.cli.options import config_option, json_option, print_json
from daq.cli.tables import console, print_table
from daq.config.whereabouts import find_socket
from daq.control.client import ask_status
from daq.control.status import BusStatus, DaemonStatus, InstrumentStatus, SinkStatus

COLOURS = {
    "answering": "green",
    "connected": "green",
    "silent": "red",
    "refusing": "yellow",
    "disconnected": "red",
    "lost": "red",
    "away": "red",
}


@click.command(epilog="Example: daq status --json -c /etc/daq/daq.toml")
@config_option
@json_option
def command(config_path: Path, *, as_json: bool) -> None:
    """Ask the running daemon for its buses, instruments, sinks and journal.

    Exit code 4 when no daemon answers, 1 when something is not as it should be.
    """
    status = ask_status(find_socket(config_path))
    if as_json:
        print_json(status)
    else:
        _print(status)
    if not _healthy(status):
        raise click.exceptions.Exit(1)


def _healthy(status: DaemonStatus) -> bool:
    troubles = [
        status.journal.trouble,
        *(bus.trouble for bus in status.buses),
        *(instrument.trouble for instrument in status.instruments),
        *(sink.trouble for sink in status.sinks),
    ]
    return not any(troubles)


def _print(status: DaemonStatus) -> None:
    up = ago(status.started)
    console.print(f"[bold]{status.site}[/]: daq {status.version}, pid {status.pid}, up {up}")
    console.print(f"configuration {status.config_hash[:12]}, in force for {ago(status.configured)}")
    journal = status.journal
    size = f"{journal.size_bytes / 1e6:.1f} MB"
    console.print(f"journal {journal.path}: entry {journal.committed}, {size} {journal.trouble}")
    print_table(
        ("bus", "state", "load", "scans", "skipped", "late p99", "trouble"),
        map(_bus_row, status.buses),
        right="load scans skipped",
        colours=COLOURS,
    )
    print_table(
        ("instrument", "bus", "state", "last good", "scans", "failed", "trouble"),
        map(_instrument_row, status.instruments),
        right="scans failed",
        colours=COLOURS,
    )
    print_table(
        ("sink", "type", "state", "waiting", "backlog", "delivered", "refused", "trouble"),
        map(_sink_row, status.sinks),
        right="waiting backlog delivered refused",
        colours=COLOURS,
    )


def _bus_row(bus: BusStatus) -> tuple[str, ...]:
    return (
        bus.name,
        bus.state,
        f"{bus.load:.0f} %",
        str(bus.scans),
        str(bus.skipped_ticks),
        f"{bus.lateness_99 * 1000:.1f} ms",
        bus.trouble,
    )


def _instrument_row(item: InstrumentStatus) -> tuple[str, ...]:
    return (
        item.name,
        item.bus,
        item.state,
        ago(item.last_good) + " ago" if item.last_good else "never",
        str(item.good_scans),
        str(item.failed_scans),
        item.trouble,
    )


def _sink_row(sink: SinkStatus) -> tuple[str, ...]:
    counts = (sink.lag_entries, sink.backlog_entries, sink.delivered, sink.refused)
    return sink.name, sink.kind, sink.state, *map(str, counts), sink.trouble


def ago(moment: int) -> str:
    """The time since a moment (ns since 1970), in the unit that suits it."""
    seconds = (time.time_ns() - moment) / 1e9
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"
