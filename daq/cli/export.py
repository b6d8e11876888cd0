"""`daq export`: readings out of the journal, for other programs."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from daq.cli.configuration import configured
from daq.cli.options import Moment, config_option
from daq.export import Format, export
from daq.journal.query import Query
from daq.journal.reader import JournalReader

FORMATS: tuple[Format, ...] = ("csv", "parquet", "jsonl")


@click.command(epilog="Example: daq export --from -24h --format parquet -o day.parquet")
@config_option
@click.option("--from", "start", type=Moment(), help="Begin: 2026-11-23T08:00, -24h, today.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv")
@click.option("-i", "--instrument", "instruments", multiple=True, help="Only this one (repeat).")
@click.option("-g", "--group", "groups", multiple=True, help="Only this scan group (repeat).")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; standard output without."
)
def command(
    config_path: Path,
    start: int | None,
    end: int | None,
    file_format: Format,
    instruments: tuple[str, ...],
    groups: tuple[str, ...],
    output: Path | None,
) -> None:
    """Write readings of the journal, with unit and quality, as CSV, Parquet or JSON lines.

    Times without an offset are local; output is in UTC. A file appears complete or not at all.
    The daemon may run meanwhile. Columns: docs/export.md.
    """
    if output is None and file_format == "parquet" and sys.stdout.isatty():
        raise click.UsageError("parquet is binary; give a file with -o")
    query = Query(
        start=start, end=end, instruments=frozenset(instruments), groups=frozenset(groups)
    )
    target = sys.stdout.buffer if output is None else output
    with JournalReader(configured(config_path).journal.path) as reader, _progress() as tell:
        scans = export(reader, query, file_format, target, tell)
    sys.stdout.flush()
    click.echo(f"{scans} scans" + (f" in {output}" if output else ""), err=True)


@contextmanager
def _progress() -> Generator[Callable[[int, int], None] | None]:
    """A bar on standard error when that is a screen."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield None
        return
    with Progress(console=screen, transient=True) as progress:
        task = progress.add_task("exporting", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
