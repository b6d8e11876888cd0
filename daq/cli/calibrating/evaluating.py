"""`daq calibration apply`: the past under another certificate, beside what is."""

import sys
from pathlib import Path

import click

from daq.build.setup import Setup
from daq.cli.calibrating.showing import chosen
from daq.cli.configuration import configured_setup
from daq.cli.options import Moment, config_option
from daq.cli.progress import progress, quiet_option
from daq.export.evaluated import EvaluatedFormat, Evaluation, export_evaluated
from daq.journal.query import Query
from daq.journal.reader import JournalReader

FORMATS: tuple[EvaluatedFormat, ...] = ("csv", "parquet", "jsonl", "influx")


@click.command(epilog="Example: daq calibration apply --certificate 0815 --from -30d -o again.csv")
@click.option("--certificate", "number", required=True, help="Number of the certificate.")
@click.option("--from", "start", type=Moment(), help="Begin: 2026-11-23T08:00, -24h, today.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; standard output without."
)
@config_option
@quiet_option
def apply(
    number: str,
    file_format: EvaluatedFormat,
    output: Path | None,
    config_path: Path,
    *,
    quiet: bool,
    start: int | None,
    end: int | None,
) -> None:
    """Evaluate readings of the journal anew with a certificate, as a version beside the old.

    Every row says in `evaluation` which certificate it belongs to; the journal and what was
    delivered stay as they are. With `--format influx` it is line protocol for a measurement of its
    own, `scan_evaluated`.
    """
    if output is None and file_format == "parquet" and sys.stdout.isatty():
        raise click.UsageError("parquet is binary; give a file with -o")
    setup = configured_setup(config_path)
    evaluation = _evaluation(setup, number, config_path)
    query = Query(start=start, end=end, instruments=frozenset({evaluation.instrument}))
    target = sys.stdout.buffer if output is None else output
    with JournalReader(setup.config.journal.path) as reader:
        hidden = quiet or (output is None and sys.stdout.isatty())
        with progress("evaluating", quiet=hidden) as tell:
            scans = export_evaluated(reader, query, evaluation, file_format, target, tell)
    sys.stdout.flush()
    if not quiet:
        where = f" in {output}" if output else ""
        click.echo(f"{scans} scans as {evaluation.name}{where}", err=True)


def _evaluation(setup: Setup, number: str, path: Path) -> Evaluation:
    """The certificate, and the instrument it belongs to.

    Raises:
        click.UsageError: there is no such certificate, or it is of no configured instrument.
    """
    certificate = chosen(setup.register, number, path)[-1]
    for entry in setup.register.entries:
        if certificate in entry.certificates:
            return Evaluation(entry.item.name, certificate)
    raise click.UsageError(f"certificate {number!r} belongs to no instrument in {path}")
