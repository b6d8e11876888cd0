"""`daq verify` of an evidence pack or an archive: what the verifier in every pack does."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from daq.cli.chaining.inputs import keys_of
from daq.cli.exits import FAILED
from daq.cli.options import print_json
from daq.cli.screens import out
from daq.evidence.errors import EvidenceError
from daq.evidence.verifier import Key, UnreadableError, Verdict, verify

_ZIP = b"PK"


class _Found(msgspec.Struct, frozen=True):
    """The verdict, for programs."""

    sound: bool
    wrong: list[str]
    notes: list[str]


def is_evidence(path: Path) -> bool:
    """Whether something is a pack or an archive, by what it looks like."""
    if path.is_dir():
        return True
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def verify_evidence(path: Path, keys: Sequence[Path], *, as_json: bool) -> None:
    """Check it, and show the verdict.

    Raises:
        EvidenceError: it cannot be checked.
        click.exceptions.Exit: something is not as it was signed.
    """
    try:
        verdict = verify(path, [Key(raw) for raw in keys_of(keys)])
    except (UnreadableError, OSError) as error:
        raise EvidenceError(f"{path}: cannot be checked: {error}") from error
    _show(verdict, as_json=as_json)
    if not verdict.sound:
        raise click.exceptions.Exit(FAILED)


def _show(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print_json(_Found(verdict.sound, verdict.wrong, verdict.notes))
        return
    for line in (*verdict.notes, *verdict.wrong):
        click.echo(line)
    if verdict.sound:
        click.echo("everything is as it was written")
    else:
        out().print("not what was written", style="bold red")
