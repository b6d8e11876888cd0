"""`daq reload`: the running daemon takes its changed configuration."""

from pathlib import Path

import click

from daq.cli.exits import BAD_CONFIGURATION
from daq.cli.operator import by_option, why_option
from daq.cli.options import config_argument, json_option, print_json
from daq.cli.screens import out
from daq.config.whereabouts import find_socket
from daq.control.reload import Reloaded, ask_reload


@click.command(epilog='Example: daq reload /etc/daq/daq.toml --why "new limits"')
@config_argument
@by_option
@why_option
@json_option
def command(config_path: Path, by: str, why: str, *, as_json: bool) -> None:
    """Make the running daemon take the changed FILE it was started with.

    Only what changed is restarted: a bus with its instruments, a sink. A file with errors is
    refused, and what runs goes on: exit code 3 and every error with its line. Exit code 4 when
    no daemon answers.
    """
    socket = find_socket(config_path)
    reloaded = ask_reload(socket, config_path.absolute(), by=by, reason=why)
    if as_json:
        print_json(reloaded)
    else:
        _print(reloaded)
    if reloaded.errors:
        raise click.exceptions.Exit(BAD_CONFIGURATION)


def _print(reloaded: Reloaded) -> None:
    for warning in reloaded.warnings:
        out().print(f"warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    for error in reloaded.errors:
        out().print(f"error: {error}", style="bold red", markup=False, soft_wrap=True)
    out().print(_verdict(reloaded), markup=False, soft_wrap=True)
    for what in ("added", "removed", "restarted", "applied"):
        if names := getattr(reloaded, what):
            out().print(f"{what}: {names}", markup=False, soft_wrap=True)


def _verdict(reloaded: Reloaded) -> str:
    if reloaded.errors:
        return f"{reloaded.path}: refused; the old configuration runs on"
    known = f"configuration {reloaded.config_hash[:12]}"
    if not reloaded.changed:
        return f"{reloaded.path}: nothing has changed; {known}"
    return f"{reloaded.path}: in force; {known}"
