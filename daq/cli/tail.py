"""`daq tail`: follow the journal."""

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.text import Text

from daq.cli.configuration import configured
from daq.cli.options import config_option, json_option, print_json
from daq.cli.tables import console
from daq.journal.entry import Entry, Event, Scan
from daq.journal.reader import JournalReader
from daq.plain import printable
from daq.timefmt import rfc3339

LOOK = 0.25
"""Seconds between two looks for new entries."""

PAGE = 1000
"""Entries read at a time."""

QUALITIES = ("", "yellow", "bold red")
SEVERITIES = {"info": "cyan", "warning": "yellow", "error": "bold red"}


@click.command(epilog="Example: daq tail -n 20 --instrument furnace")
@config_option
@click.option("-n", "count", default=10, show_default=True, help="Begin with the last N entries.")
@click.option("-i", "--instrument", default="", help="Only this instrument and events about it.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for more.")
@json_option
def command(config_path: Path, count: int, instrument: str, *, follow: bool, as_json: bool) -> None:
    """Show scans and events as the daemon commits them; Ctrl-C ends.

    Reads the journal, so it shows exactly what is durable. With --json a line for each entry.
    """
    with JournalReader(configured(config_path).journal.path) as reader:
        for entry in _entries(reader, count, follow=follow):
            if instrument and _about(entry) != instrument:
                continue
            if as_json:
                print_json(_plain(entry))
            else:
                console.print(_line(entry), soft_wrap=True)


def _entries(reader: JournalReader, count: int, *, follow: bool) -> Iterator[Entry]:
    after = max(reader.last - count, 0)
    while True:
        page = reader.entries(after, PAGE)
        yield from page
        if page:
            after = page[-1].seq
        elif not follow:
            return
        else:
            time.sleep(LOOK)


def _about(entry: Entry) -> str:
    return entry.series.key.instrument if isinstance(entry, Scan) else entry.subject


def _plain(entry: Entry) -> dict[str, object]:
    if isinstance(entry, Event):
        return {
            "time": rfc3339(entry.time),
            "seq": entry.seq,
            "event": entry.kind,
            "subject": entry.subject,
            "severity": entry.severity,
            "text": entry.text,
            "data": entry.data,
        }
    names = [channel.name for channel in entry.series.key.channels]
    pairs = zip(names, entry.statuses, strict=True)
    return {
        "time": rfc3339(entry.time),
        "seq": entry.seq,
        "instrument": entry.series.key.instrument,
        "group": entry.series.key.group,
        "values": dict(zip(names, entry.values, strict=True)),
        "quality": {name: str(status) for name, status in pairs if status},
    }


def _line(entry: Entry) -> Text:
    local = time.localtime(entry.time // 1_000_000_000)
    stamp = f"{time.strftime('%H:%M:%S', local)}.{entry.time // 1_000_000 % 1000:03d} "
    line = Text.assemble((stamp, "dim"), (f"{entry.seq:>8} ", "dim"))
    if isinstance(entry, Event):
        return line.append(printable(f"{entry.kind}: {entry.text}"), SEVERITIES[entry.severity])
    key = entry.series.key
    line.append(f"{key.instrument}.{key.group}", "bold")
    for channel, value, status in zip(key.channels, entry.values, entry.statuses, strict=True):
        style = QUALITIES[status.quality]
        line.append(f" {channel.name}=", "dim")
        line.append(printable(channel.format(value)), style)
        if channel.unit and value is not None:
            line.append(f" {channel.display_unit or channel.unit}", "dim")
        if status:
            line.append(f" ({status})", style)
    return line
