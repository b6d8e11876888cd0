"""`daq journal`: what state the journal is in."""

from pathlib import Path

import click

from daq.cli.configuration import configured
from daq.cli.exits import FAILED
from daq.cli.options import config_argument, json_option, print_json
from daq.cli.progress import progress, quiet_option
from daq.cli.screens import out
from daq.journal.examination import Examination, examine

GAPS_SHOWN = 10


@click.group(epilog="Example: daq journal check daq.toml")
def command() -> None:
    """Examine the journal."""


@command.command("check", epilog="Example: daq journal check daq.toml")
@config_argument
@json_option
@quiet_option
def check(config_path: Path, *, as_json: bool, quiet: bool) -> None:
    """Read the whole journal of FILE and compare every row with its checksum.

    The daemon may run or not; it does the same by itself, slowly, and recovers what is damaged
    when it comes across it or is started. Exit code 1 when something is damaged.
    """
    path = configured(config_path).journal.path
    with progress("reading every entry", quiet=quiet) as tell:
        found = examine(path, tell)
    if as_json:
        print_json(found)
    else:
        _print(found)
    if found.damage:
        raise click.exceptions.Exit(FAILED)


def _print(found: Examination) -> None:
    click.echo(f"{found.path}: schema {found.schema}, {found.bytes / 1e6:.1f} MB")
    click.echo(f"{found.entries} entries, {found.first} to {found.last}")
    if found.missing:
        shown = [f"{first}-{last}" for first, last in found.gaps[:GAPS_SHOWN]]
        more = " ..." if len(found.gaps) > GAPS_SHOWN else ""
        click.echo(f"{found.missing} numbers missing (events say why): {', '.join(shown)}{more}")
    if found.damage:
        out().print("damaged", style="bold red")
        click.echo(found.damage)
        click.echo("a daemon recovers it when it is started, or comes across it while it runs")
    else:
        click.echo("every row is what was written")
