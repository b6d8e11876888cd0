"""`daq runs sign`: stands for a run, with the password given once more."""

import sys
from pathlib import Path

import click

from daq.access.passwords import LONGEST
from daq.access.signing import MEANINGS, Meaning, signed_digest
from daq.cli.configuration import configured
from daq.cli.operator import own_name, why_option
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.control.signing import RunSignRequest, ask_signature
from daq.journal.reader import JournalReader
from daq.runs.past import find_run
from daq.timefmt import rfc3339


@click.command("sign", epilog="Example: daq runs sign 20261123-1 --as reviewed --user li")
@click.argument("run", metavar="NUMBER")
@click.option("--as", "meaning", type=click.Choice(MEANINGS), required=True, help="As what.")
@click.option("--user", default=own_name, show_default="you", help="Who signs.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input: one line."
)
@why_option
@config_option
@json_option
def sign(
    run: str,
    meaning: Meaning,
    user: str,
    why: str,
    config_path: Path,
    *,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Sign the run NUMBER, which has ended: performed, then reviewed, then approved.

    The password is asked for once more. Who took part in a run neither reviews nor approves it.
    Exit code 1 when it cannot be signed so, 4 when no daemon answers.
    """
    config = configured(config_path)
    with JournalReader(config.journal.path) as reader:
        one = find_run(reader, run)
    if not as_json:
        told = f"{one.id}: {one.outcome or one.state}, ended {rfc3339(one.ended)[:19]}Z"
        named = f", sample {one.sample}" if one.sample else ""
        out().print(f"{told}{named}, operator {one.operator}", markup=False, soft_wrap=True)
    request = RunSignRequest(
        run=one.id,
        user=user,
        password=_password(user, meaning, from_stdin=password_stdin),
        meaning=meaning,
        digest=signed_digest(one, user, meaning),
        reason=why,
    )
    done = ask_signature(config.socket, request)
    if not done.durable:
        click.echo("daq: warning: done, but the disk has not taken it yet: `daq status`", err=True)
    if as_json:
        print_json(done)
    else:
        text = f"{done.run}: signed as {meaning} by {user}, signature {done.signatures}"
        out().print(text, markup=False, soft_wrap=True)


def _password(user: str, meaning: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline(2 * LONGEST).removesuffix("\n")
    given: str = click.prompt(f"Password of {user}, to sign as {meaning}", hide_input=True)
    return given
