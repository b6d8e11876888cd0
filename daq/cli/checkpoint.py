"""`daq checkpoint`: vouch for the journal now, or list what was vouched for."""

from pathlib import Path

import click

from daq.cli.configuration import configured
from daq.cli.options import config_argument, json_option, print_json
from daq.config.whereabouts import find_socket
from daq.control.checkpoint import ask_checkpoint
from daq.errors import DaqError
from daq.journal.chain.checkpoint import Checkpoint, CheckpointError, parse
from daq.journal.chain.kept import Kept
from daq.journal.chain.names import file_name
from daq.journal.reader import JournalReader


class FolderError(DaqError):
    """Checkpoints cannot be written into a folder."""


@click.group(epilog="Example: daq checkpoint take daq.toml")
def command() -> None:
    """Vouch for the journal now, or list what was vouched for."""


@command.command("take", epilog="Example: daq checkpoint take daq.toml")
@config_argument
@json_option
def take(config_path: Path, *, as_json: bool) -> None:
    """Have the running daemon vouch for all of its journal now, and print the checkpoint.

    What is printed is the whole checkpoint: kept elsewhere, it shows later that nothing up to
    it was altered or cut off. Exit code 4 when no daemon answers.
    """
    taken = ask_checkpoint(find_socket(config_path))
    if as_json:
        print_json(taken)
    else:
        click.echo(taken.text, nl=False)


@command.command("list", epilog="Example: daq checkpoint list daq.toml --export /media/usb")
@config_argument
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Write each into this folder as a file as well.",
)
@json_option
def listed(config_path: Path, folder: Path | None, *, as_json: bool) -> None:
    """List the checkpoints of the journal, those of deleted entries included."""
    with JournalReader(configured(config_path).journal.path) as reader:
        checkpoints = reader.checkpoints()
    if folder is not None:
        for kept in checkpoints:
            _write(folder / file_name(kept), kept.text)
    if as_json:
        print_json(checkpoints)
        return
    for kept in checkpoints:
        click.echo(_line(kept))
    if not checkpoints:
        click.echo("no checkpoints; [journal] signing_key, deposit or timestamp_url asks for them")


def _line(kept: Kept) -> str:
    try:
        checkpoint = parse(kept.text)
    except CheckpointError as error:
        return f"{kept.seq}: {error}"
    return f"{checkpoint.time[:19]}Z  entry {checkpoint.entry}  {_by(checkpoint)}"


def _by(checkpoint: Checkpoint) -> str:
    if not checkpoint.signature:
        return "not signed"
    return f"key {checkpoint.fingerprint[:16]}"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise FolderError(f"{path}: {error.strerror}") from error
