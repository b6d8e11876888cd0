"""`daq series`: samples measured one after the other in a run, and the verdict on them."""

import sys
import time
from pathlib import Path

import click
from click.exceptions import Exit

from daq.cli.configuration import configured
from daq.cli.operator import by_option, reason_option
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.series_lines import print_done, print_series
from daq.cli.unwritable import UnwritableError
from daq.config.whereabouts import find_socket
from daq.control.client import DeclinedError
from daq.control.series import (
    SeriesSampleRequest,
    SeriesStrikeRequest,
    SeriesTakeRequest,
    ask_series,
)
from daq.journal.reader import JournalReader
from daq.series.errors import NoSeriesError
from daq.series.measured import RunSeries
from daq.series.past import find_series, open_series
from daq.series.table import to_csv

MONTHS = 100 * 86_400 * 1_000_000_000
"""ns in which the only series is looked for that goes on."""

run_argument = click.argument("run", metavar="RUN", default="")
sample_option = click.option("--sample", default="", help="What the sample is called.")


@click.group(epilog="Example: daq series take 20261127-1 --sample A-17")
def command() -> None:
    """Measure samples one after the other in a run, and see what may be said of them.

    RUN is the number of a run, such as 20261127-1; without it the only one is meant whose series
    goes on.
    """


@command.command("show", epilog="Example: daq series show 20261127-1")
@run_argument
@config_option
@json_option
def show(run: str, config_path: Path, *, as_json: bool) -> None:
    """Show the series of RUN: every line, statistics, and the verdict.

    Reads the journal; the daemon may run or not.
    """
    one = _found(config_path, run)
    if as_json:
        print_json(one)
    else:
        print_series(one)


@command.command("take", epilog="Example: daq series take --sample A-17")
@run_argument
@sample_option
@by_option
@config_option
@json_option
def take(run: str, sample: str, by: str, config_path: Path, *, as_json: bool) -> None:
    """Fill the next line of RUN with the next reading of its instrument.

    A reading that is not stable or not good fills nothing, which is exit code 1. An instrument that
    sends when its print key is pressed fills lines by that key.
    """
    request = SeriesTakeRequest(run=run, sample=sample, by=by)
    done = ask_series(find_socket(config_path), request)
    print_done(done, as_json=as_json)
    if done.refused:
        raise Exit(1)


@command.command("fill", epilog="Example: daq series fill 20261127-1 --by Li")
@run_argument
@by_option
@config_option
def fill(run: str, by: str, config_path: Path) -> None:
    """Fill a line of RUN at each Enter, until the series is complete: for keyboard and scanner.

    What is typed or scanned before Enter names the sample. Where the instrument has a print key, it
    names the sample that the key measures next.
    """
    socket = find_socket(config_path)
    for line in sys.stdin:
        try:
            done = ask_series(socket, SeriesTakeRequest(run=run, sample=line.strip(), by=by))
        except DeclinedError as error:
            click.echo(f"daq: {error}", err=True)
            continue
        print_done(done, as_json=False)
        if not done.next:
            return


@command.command("sample", epilog="Example: daq series sample 20261127-1 --sample A-17")
@run_argument
@sample_option
@by_option
@config_option
@json_option
def sample(run: str, sample: str, by: str, config_path: Path, *, as_json: bool) -> None:
    """Name the next sample of RUN; the print key of the instrument fills its line."""
    request = SeriesSampleRequest(run=run, sample=sample, by=by)
    print_done(ask_series(find_socket(config_path), request), as_json=as_json)


@command.command("strike", epilog='Example: daq series strike 20261127-1 7 --why "wrong sample"')
@run_argument
@click.argument("line", metavar="LINE", type=click.IntRange(0, 10_000), default=0)
@by_option
@reason_option
@config_option
@json_option
def strike(run: str, line: int, by: str, why: str, config_path: Path, *, as_json: bool) -> None:
    """Strike out LINE of RUN, the last one without LINE: its sample is measured again.

    The line stays, with who struck it out and why.
    """
    request = SeriesStrikeRequest(run=run, line=line, by=by, reason=why)
    print_done(ask_series(find_socket(config_path), request), as_json=as_json)


@command.command("export", epilog="Example: daq series export 20261127-1 -o series.csv")
@run_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file.")
@config_option
def export(run: str, output: Path | None, config_path: Path) -> None:
    """Write every line of the series of RUN as CSV, struck out or not.

    Without -o it is printed. docs/reference/series.md says what the columns are.
    """
    text = to_csv(_found(config_path, run))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise UnwritableError(output, error, "-o") from error
    out().print(str(output), markup=False, soft_wrap=True)


def _found(config_path: Path, run: str) -> RunSeries:
    with JournalReader(configured(config_path).journal.path) as reader:
        if run:
            return find_series(reader, run)
        found = open_series(reader, time.time_ns() - MONTHS)
    if len(found) == 1:
        return found[0]
    have = ", ".join(one.run for one in found[-10:]) or "none goes on"
    raise NoSeriesError(f"say which run is meant: {have}")
