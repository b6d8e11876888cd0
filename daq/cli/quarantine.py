"""`daq quarantine`: what sinks have refused; deliver it again, or give it up."""

from itertools import islice
from pathlib import Path

import click

from daq.build.office import Office
from daq.cli.choosing import (
    all_option,
    chosen_of,
    numbers_argument,
    reason_option,
    sink_argument,
)
from daq.cli.completing import sinks
from daq.cli.configuration import configured
from daq.cli.named import known
from daq.cli.options import config_option, json_option, print_json
from daq.cli.refused import plain, row
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.control.client import DeclinedError
from daq.control.quarantine import Action, Ranges
from daq.control.release import released
from daq.journal.reader import JournalReader


@click.group(epilog="Example: daq quarantine list --sink broker")
def command() -> None:
    """List what sinks have refused for good, deliver it again, or give it up."""


@command.command("list", epilog="Example: daq quarantine list --sink broker")
@config_option
@click.option("--sink", default="", help="Only what this sink refused.", shell_complete=sinks)
@click.option("-n", "count", default=100, show_default=True, help="Show at most so many.")
@json_option
def list_entries(config_path: Path, sink: str, count: int, *, as_json: bool) -> None:
    """List the entries in quarantine: number, time, what it is, sink, since when, reason.

    Reads the journal; the daemon may run or not. With --json all of them, a line for each.
    """
    with JournalReader(configured(config_path).journal.path) as reader:
        found = reader.quarantined(sink or None)
        if as_json:
            for item in found:
                print_json(plain(reader, item))
            return
        rows = [row(plain(reader, item)) for item in islice(found, count)]
        more = sum(1 for _ in found)
    if not rows:
        out().print("nothing is in quarantine")
        return
    columns = ("seq", "time", "what", "sink", "refused", "reason")
    print_table(columns, rows, right="seq", drop=("refused", "time"))
    if more:
        out().print(f"... and {more} more; -n shows them, --json lists all")


@command.command("retry", epilog="Example: daq quarantine retry broker 4711 4720-4730")
@sink_argument
@numbers_argument
@all_option
@reason_option
@config_option
@json_option
def retry_entries(
    sink: str,
    numbers: tuple[tuple[int, int], ...],
    config_path: Path,
    *,
    everything: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Deliver entries to SINK once more, as backlog.

    A running daemon does so at once, else the next one will. What is refused again is in
    quarantine again. Exit code 1 when some are left because the sink takes nothing.
    """
    chosen = chosen_of(numbers, everything=everything)
    _release("retry", sink, chosen, config_path, reason=reason, as_json=as_json)


@command.command("drop", epilog="Example: daq quarantine drop broker --all --yes")
@sink_argument
@numbers_argument
@all_option
@reason_option
@click.option("--yes", is_flag=True, help="Do it; without, only say what would be dropped.")
@config_option
@json_option
def drop_entries(
    sink: str,
    numbers: tuple[tuple[int, int], ...],
    config_path: Path,
    *,
    everything: bool,
    reason: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Give up delivering entries to SINK. They stay in the journal."""
    chosen = chosen_of(numbers, everything=everything)
    if yes:
        _release("drop", sink, chosen, config_path, reason=reason, as_json=as_json)
        return
    with JournalReader(configured(config_path).journal.path) as reader:
        count = sum(1 for ends in chosen for _ in reader.quarantined(sink, *ends))
    if not count:
        raise click.UsageError(
            f"none of those is in quarantine for {sink!r}; `daq quarantine list` shows what is"
        )
    raise click.UsageError(f"{count} entries would be dropped for {sink}; add --yes to do it")


def _release(
    action: Action,
    sink: str,
    ranges: Ranges,
    config_path: Path,
    *,
    reason: str,
    as_json: bool,
) -> None:
    config = configured(config_path)
    if action == "retry" and sink not in config.sink:
        known("sink", sink, config.sink, config_path)
    office = Office(config, sink, action, reason)
    count, left = released(office, ranges)
    if as_json:
        print_json({"sink": sink, "action": action, "count": count, "left": left})
    else:
        words = {"retry": "are delivered again", "drop": "are given up"}[action]
        where = "" if office.daemon else " (no daemon runs: in the journal)"
        out().print(f"{count} entries for {sink} {words}{where}", markup=False)
    if left:
        raise DeclinedError(
            f"more of them are in quarantine still, for {sink} takes nothing at the moment; "
            "try again when it delivers"
        )
