"""`daq export`: readings out of the journal, for other programs."""

import sys
from pathlib import Path

import click

from daq.cli.completing import groups as groups_there_are
from daq.cli.completing import instruments as instruments_there_are
from daq.cli.configuration import configured
from daq.cli.named import known
from daq.cli.options import Moment, config_option
from daq.cli.progress import progress, quiet_option
from daq.config.config import Config
from daq.export import Format, export
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.runs.belonging import query_of_run
from daq.runs.past import find_run
from daq.timefmt import rfc3339

FORMATS: tuple[Format, ...] = ("csv", "parquet", "jsonl")


@click.command(epilog="Example: daq export --from -24h --format parquet -o day.parquet")
@config_option
@click.option("--from", "start", type=Moment(), help="Begin: 2026-11-23T08:00, -24h, today.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option(
    "--run",
    metavar="NUMBER",
    default="",
    help="Of this run: its instruments, from its start to its end.",
)
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv")
@click.option(
    "-i",
    "--instrument",
    "instruments",
    multiple=True,
    help="Only this one (repeat).",
    shell_complete=instruments_there_are,
)
@click.option(
    "-g",
    "--group",
    "groups",
    multiple=True,
    help="Only this scan group (repeat).",
    shell_complete=groups_there_are,
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; standard output without."
)
@quiet_option
def command(
    config_path: Path,
    file_format: Format,
    instruments: tuple[str, ...],
    groups: tuple[str, ...],
    output: Path | None,
    *,
    run: str,
    quiet: bool,
    **period: int | None,
) -> None:
    """Write readings of the journal, with unit and quality, as CSV, Parquet or JSON lines.

    Times without an offset are local; output is in UTC. A file appears complete or not at all.
    The daemon may run meanwhile. Columns: docs/reference/export.md.
    """
    if output is None and file_format == "parquet" and sys.stdout.isatty():
        raise click.UsageError("parquet is binary; give a file with -o")
    query = Query(**period, instruments=frozenset(instruments), groups=frozenset(groups))
    target = sys.stdout.buffer if output is None else output
    config = configured(config_path)
    with JournalReader(config.journal.path) as reader:
        _check(config, reader, query, config_path)
        if run:
            query = query_of_run(find_run(reader, run), query)
        # A bar would run through readings that scroll by in the same window.
        hidden = quiet or (output is None and sys.stdout.isatty())
        with progress("exporting", quiet=hidden) as tell:
            scans = export(reader, query, file_format, target, tell)
        sys.stdout.flush()
        if not quiet:
            click.echo(_verdict(reader, scans, output), err=True)


def _check(config: Config, reader: JournalReader, query: Query, path: Path) -> None:
    """Refuse names that neither the configuration nor the journal has."""
    keys = [series.key for series in reader.series()]
    names = [*config.instrument, *(key.instrument for key in keys)]
    groups = [name for item in config.instrument.values() for name in item.group]
    for name in sorted(query.instruments):
        known("instrument", name, names, path)
    for name in sorted(query.groups):
        known("scan group", name, [*groups, *(key.group for key in keys)], path)


def _verdict(reader: JournalReader, scans: int, output: Path | None) -> str:
    if scans:
        return f"{scans} scans" + (f" in {output}" if output else "")
    there = reader.statistics()
    if not there.entries:
        return "0 scans: the journal is empty; `daq status` shows what the daemon does"
    first, last = (rfc3339(time)[:19] for time in (there.first_time, there.last_time))
    return f"0 scans: none of those is in this period; the journal is from {first} to {last} UTC"
