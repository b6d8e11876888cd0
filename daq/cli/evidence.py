"""`daq evidence`: packs that others can check, and their numbers worked out again."""

import time
from importlib import import_module
from pathlib import Path

import click

from daq.build.signer import signer_of
from daq.cli.completing import instruments as instruments_there_are
from daq.cli.configuration import configured_setup
from daq.cli.exits import FAILED
from daq.cli.named import known
from daq.cli.options import Moment, config_option, json_option, print_json
from daq.cli.progress import progress, quiet_option
from daq.cli.screens import out
from daq.config.config import Config
from daq.evidence.evaluate import Evaluated
from daq.evidence.subject import Subject, subject_of_period, subject_of_run
from daq.journal.reader import JournalReader
from daq.runs.past import find_run

MAKE = "pack"
"""The subcommand that is meant where none is named: `daq evidence 20261127-1`."""


class PackGroup(click.Group):
    """Takes what is no subcommand for the number of a run, or for options of a pack."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the subcommand in where it is left out."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [MAKE, *args]
        return super().parse_args(ctx, args)


@click.group(cls=PackGroup, epilog="Example: daq evidence 20261127-1 -o run.zip")
def command() -> None:
    """Make an evidence pack of a run or a period, or work out the numbers of one again.

    `daq evidence RUN` is `daq evidence pack RUN`. What is in a pack, and how others check it:
    docs/reference/evidence.md.
    """


@command.command(MAKE, epilog="Example: daq evidence --from 2026-11-27 -i chamber -o day.zip")
@click.argument("run", required=False)
@config_option
@click.option("--from", "start", type=Moment(), help="Without a run: begin of the period.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option(
    "-i",
    "--instrument",
    "instruments",
    multiple=True,
    help="Without a run: only this one (repeat).",
    shell_complete=instruments_there_are,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; evidence-RUN.zip when left out.",
)
@click.option(
    "--recording",
    "recordings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help="Enclose a file of `daq record` (repeat).",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Private key to sign with, PEM; the station's when left out.",
)
@click.option(
    "--chain", is_flag=True, help="Enclose whole commits as proof; they hold others' readings."
)
@click.option("--unsigned", is_flag=True, help="Sign with no key at all.")
@click.option("--no-pdf", is_flag=True, help="Reports as HTML alone.")
@quiet_option
def pack(  # noqa: PLR0913 - each is a thing of its own
    run: str | None,
    config_path: Path,
    instruments: tuple[str, ...],
    output: Path | None,
    recordings: tuple[Path, ...],
    key: Path | None,
    *,
    start: int | None,
    end: int | None,
    chain: bool,
    unsigned: bool,
    no_pdf: bool,
    quiet: bool,
) -> None:
    """Make an evidence pack of RUN, or of a period: one zip file that others can check.

    Readings (CSV, Parquet), events, alarms, certificates, configuration, raw bytes where they were
    kept, what is missing and why, reports in English and Chinese, hashes and signature. Reads the
    journal; the daemon may run or not. The file appears complete or not at all.
    """
    now = time.time_ns()
    setup = configured_setup(config_path)
    with JournalReader(setup.config.journal.path) as reader:
        subject = _subject(reader, run, start, now if end is None else end, instruments, now)
        _check(setup.config, reader, instruments, config_path)
        path = output or Path(f"evidence-{subject.id}.zip")
        make = import_module("daq.cli.evidence_file").make_pack
        with progress("reading", quiet=quiet) as tell:
            made = make(
                reader,
                subject,
                setup,
                path,
                recordings=recordings,
                signer=None if unsigned else signer_of(setup.config, key),
                pdf=not no_pdf,
                proof=chain,
                now=now,
                tell=tell,
            )
    out().print(str(path), markup=False, soft_wrap=True)
    for remark in made:
        click.echo(f"daq: {remark}", err=True)


def _subject(
    reader: JournalReader,
    run: str | None,
    start: int | None,
    end: int,
    instruments: tuple[str, ...],
    now: int,
) -> Subject:
    if run is not None:
        if start is not None or instruments:
            raise click.UsageError(
                "a run has its own period and instruments; leave --from and -i out"
            )
        return subject_of_run(find_run(reader, run), now)
    if start is None:
        raise click.UsageError("give the number of a run (`daq runs list`), or --from")
    if start >= end:
        raise click.UsageError("--from is not before --to")
    return subject_of_period(start, end, instruments)


def _check(config: Config, reader: JournalReader, instruments: tuple[str, ...], path: Path) -> None:
    names = [*config.instrument, *(series.key.instrument for series in reader.series())]
    for name in instruments:
        known("instrument", name, names, path)


@command.command("evaluate", epilog="Example: daq evidence evaluate run.zip")
@click.argument("path", metavar="PACK", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Evaluate under this one (.toml) instead of that of the pack.",
)
@click.option("-i", "--instrument", help="The instrument the certificate belongs to.")
@json_option
def evaluate(
    path: Path, certificate: Path | None, instrument: str | None, *, as_json: bool
) -> None:
    """Work out the numbers of PACK again from its readings, and compare with those it states.

    Needs the pack alone: no journal, no configuration. Exit code 0: the same to the last digit;
    1: something differs, which is named. With `--certificate` it differs, and that is the point.
    """
    work = import_module("daq.cli.evidence_again").work
    found = work(path, certificate, instrument)
    if as_json:
        print_json(found)
    else:
        _print(found)
    if found.differences:
        raise click.exceptions.Exit(FAILED)


def _print(found: Evaluated) -> None:
    for one in found.differences:
        text = f"{one.channel}: {one.what} is {one.found}, the pack states {one.stated}"
        out().print(text, markup=False, soft_wrap=True)
    count = f"{found.scans} scans, {len(found.results)} channels"
    same = f"{len(found.differences)} numbers differ" if found.differences else "the same numbers"
    out().print(f"{count}: {same}", markup=False)
