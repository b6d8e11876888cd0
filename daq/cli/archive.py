"""`daq archive`: the journal beyond its retention, as Parquet by day."""

import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from daq.build.signer import signer_of
from daq.cli.configuration import configured
from daq.cli.options import config_option, json_option, print_json
from daq.cli.progress import progress, quiet_option
from daq.cli.screens import out
from daq.evidence.archive.folder import Archived
from daq.evidence.seal import Signer
from daq.journal.reader import JournalReader


@click.command(epilog="Example: daq archive --to /srv/archive")
@click.argument("journal", required=False, type=click.Path(path_type=Path, dir_okay=False))
@config_option
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the archive; that of `[archive] path` when left out.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Private key to sign with, PEM; the station's when left out.",
)
@json_option
@quiet_option
def command(
    journal: Path | None,
    config_path: Path,
    folder: Path | None,
    key: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Add every day that is over, and not in the archive yet, as signed Parquet.

    Reads JOURNAL, or that of the configuration; the daemon may run meanwhile. Each day appears
    complete or not at all, and what is there is never changed. DuckDB and pandas read it without
    this program: docs/reference/archive.md.
    """
    config = configured(config_path)
    target = folder or config.archive.path
    if target is None:
        raise click.UsageError("give --to DIR, or `[archive] path` in the configuration")
    path = journal or config.journal.path
    with JournalReader(path) as reader, progress("archiving", quiet=quiet) as tell:
        made = _archived(reader, target, signer_of(config, key), tell)
    if as_json:
        print_json(made)
        return
    for one in made:
        text = f"{one.day}: entries {one.first} to {one.last}, {one.entries} of them"
        out().print(text, markup=False, soft_wrap=True)
    if not made:
        out().print("nothing to add: the archive has every day that is over", soft_wrap=True)


def _archived(
    reader: JournalReader,
    folder: Path,
    signer: Signer | None,
    tell: Callable[[int, int], None] | None,
) -> list[Archived]:
    # Imported now: pyarrow is not for whoever asks for help.
    archive = import_module("daq.evidence.archive.write").archive
    return list(archive(reader, folder, time.time_ns(), signer, tell))
