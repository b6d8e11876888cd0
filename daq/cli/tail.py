"""`daq tail`: follow the journal, as a table that fills the window or as lines."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from daq.cli.completing import instruments
from daq.cli.configuration import configured, configured_setup
from daq.cli.exits import unread
from daq.cli.following import Follower
from daq.cli.live import show
from daq.cli.named import known
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import interactive, out
from daq.cli.tail_lines import entry_lines
from daq.cli.tail_picture import TailPicture
from daq.journal.corrected import evaluator_of
from daq.journal.entry import Entry, Event, Scan
from daq.timefmt import rfc3339

LOOK = 0.25
"""Seconds between two looks for new entries."""


@click.command(epilog="Example: daq tail -n 20 --instrument furnace")
@config_option
@click.option(
    "-n",
    "count",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Begin with the last N entries; in the table, show the last N events.",
)
@click.option(
    "-i",
    "--instrument",
    default="",
    help="Only this instrument and events about it.",
    shell_complete=instruments,
)
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for more.")
@click.option(
    "--table/--lines",
    "table",
    default=None,
    help="The newest readings, drawn anew, or a line for each entry; in a pipe always lines.",
)
@json_option
def command(
    config_path: Path,
    count: int,
    instrument: str,
    *,
    follow: bool,
    table: bool | None,
    as_json: bool,
) -> None:
    """Show readings and events as the daemon commits them; Ctrl-C ends.

    In a window a table of the newest reading of every channel, with unit, quality and age, what
    is wrong first; in a pipe, or with --lines, a line for each scan and event. Reads the journal,
    so it shows exactly what is durable. With --json a line for each entry.
    """
    config = configured(config_path)
    with Follower(config.journal.path) as follower:
        if instrument and instrument not in config.instrument:
            recorded = {scan.series.key.instrument for scan in follower.latest()}
            known("instrument", instrument, [*config.instrument, *recorded], config_path)
        drawn = follow and not as_json and interactive(sys.stdout)
        if drawn and table is not False:
            setup = configured_setup(config_path)
            show(TailPicture(setup, follower, count, instrument).picture)
        if table and not as_json:
            raise click.UsageError("a table is for a window, and follows; in a pipe take --lines")
        _print(follower.last(count, lambda entry: _wanted(entry, instrument)), as_json=as_json)
        if follow:
            _follow(follower, instrument, as_json=as_json)


def _follow(follower: Follower, instrument: str, *, as_json: bool) -> None:
    while not unread(sys.stdout):
        news = (entry for entry in follower.news() if _wanted(entry, instrument))
        _print(news, as_json=as_json)
        time.sleep(LOOK)


def _print(entries: Iterable[Entry], *, as_json: bool) -> None:
    screen, window = out(), interactive(sys.stdout)
    for entry in entries:
        if as_json:
            print_json(_plain(entry))
            continue
        for line in entry_lines(entry, screen.width if window else None):
            screen.print(line, soft_wrap=True)
    sys.stdout.flush()


def _wanted(entry: Entry, instrument: str) -> bool:
    about = entry.series.key.instrument if isinstance(entry, Scan) else entry.subject
    return instrument in ("", about)


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
    evaluator = evaluator_of(entry.series.key)
    found = None if evaluator is None else evaluator(entry.values)
    values = entry.values if found is None else found.values
    plain: dict[str, object] = {
        "time": rfc3339(entry.time),
        "seq": entry.seq,
        "instrument": entry.series.key.instrument,
        "group": entry.series.key.group,
        "values": dict(zip(names, values, strict=True)),
        "quality": {name: str(status) for name, status in pairs if status},
    }
    if evaluator is not None and found is not None:
        places = [place for place, _ in evaluator.places]
        plain["uncorrected"] = {names[place]: entry.values[place] for place in places}
        plain["uncertainty"] = {names[place]: found.uncertainties[place] for place in places}
    return plain
