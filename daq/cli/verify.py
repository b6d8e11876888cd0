"""`daq verify`: is a journal complete and unaltered?"""

from pathlib import Path

import click

from daq.cli.chaining.evidence import is_evidence, verify_evidence
from daq.cli.chaining.inputs import certificates_of, deposits_of, installed, keys_of
from daq.cli.chaining.verdict_lines import verdict_lines
from daq.cli.configuration import configured
from daq.cli.exits import FAILED
from daq.cli.options import config_argument, json_option, print_json
from daq.cli.progress import progress, quiet_option
from daq.cli.screens import out
from daq.journal.chain.verdict import Fault, Verdict
from daq.journal.chain.verify import Known, verify

_SQLITE = b"SQLite format 3\0"


@click.command(epilog="Example: daq verify daq.toml --key station.pub")
@config_argument
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A public key that checkpoints must be signed by; each that the station has had.",
)
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A checkpoint that was kept elsewhere, or a folder of them.",
)
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A certificate (PEM) that time stamps must go back to.",
)
@click.option("--strict", is_flag=True, help="Fail where something is merely not proven, too.")
@json_option
@quiet_option
def command(
    config_path: Path,
    keys: tuple[Path, ...],
    kept: tuple[Path, ...],
    authorities: tuple[Path, ...],
    *,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Prove the journal of FILE complete and unaltered, or name the first entry that is not.

    FILE is a configuration, or a journal itself (a copy will do). The daemon may run or not. An
    evidence pack (.zip) or the folder of an archive is checked as its own verifier does.
    Exit code 1 when something is not what was written.
    """
    if is_evidence(config_path):
        verify_evidence(config_path, keys, as_json=as_json)
        return
    journal, kept = _journal(config_path, kept)
    known = Known(keys_of(keys), deposits_of(kept), certificates_of(authorities))
    with installed(), progress("following the chain", quiet=quiet) as tell:
        verdict = verify(journal, known, tell)
    if strict and verdict.fault is None:
        verdict.fault = not_proven(verdict)
    _show(verdict, as_json=as_json)
    if verdict.fault is not None:
        raise click.exceptions.Exit(FAILED)


def _journal(path: Path, kept: tuple[Path, ...]) -> tuple[Path, tuple[Path, ...]]:
    """The journal that is meant, and where its checkpoints are kept besides."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            return path, kept
    journal = configured(path).journal
    deposit = journal.deposit
    there = () if deposit is None or not deposit.is_dir() else (deposit,)
    return journal.path, kept + there


def not_proven(verdict: Verdict) -> Fault | None:
    """What is merely not proven, as a fault; None when all is."""
    for each in verdict.unproven:
        return Fault("unproven", each.first, each.last, f"not proven: {each.why}")
    if verdict.vouched:
        return None
    text = "no signed checkpoint: nothing vouches for the journal"
    return Fault("unproven", verdict.first, verdict.last, text)


def _show(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print_json(verdict)
        return
    for line in verdict_lines(verdict):
        click.echo(line)
    if verdict.fault is None:
        click.echo("complete and unaltered, as far as it is proven")
    else:
        out().print("not what was written", style="bold red")
        click.echo(verdict.fault.text)
