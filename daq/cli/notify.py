"""`daq notify`: who is told of alarms and events, and whether they can be reached."""

from pathlib import Path

import click

from daq.cli.completing import recipients
from daq.cli.operator import by_option
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.config.whereabouts import find_socket
from daq.control.notification import TrialRequest, ask_trial
from daq.control.status import RecipientStatus, ask_status
from daq.control.wrong import state_of
from daq.timefmt import rfc3339

COLUMNS = ("recipient", "state", "waiting", "sent", "failed", "last", "title")
COLOURS = {"reachable": "green", "off duty": "dim", "quiet": "dim", "unreachable": "red"}


@click.group(epilog="Example: daq notify test li")
def command() -> None:
    """List who is told of alarms and events, or send somebody a test message."""


@command.command("list", epilog="Example: daq notify list")
@config_option
@json_option
def list_recipients(config_path: Path, *, as_json: bool) -> None:
    """Show whom the running daemon tells, and how it is with each at the moment."""
    found = ask_status(find_socket(config_path)).recipients
    if as_json:
        print_json(found)
        return
    if not found:
        out().print("no recipients are configured")
    print_table(COLUMNS, map(_row, found), drop=("title", "last"), colours=COLOURS)
    for one in found:
        if one.trouble:
            text = f"{one.name} cannot be told: {one.trouble}"
            out().print(text, markup=False, soft_wrap=True)


@command.command("test", epilog="Example: daq notify test li")
@click.argument("name", shell_complete=recipients)
@by_option
@config_option
@json_option
def test(name: str, by: str, config_path: Path, *, as_json: bool) -> None:
    """Have the running daemon send the recipient NAME a test message, and wait for the answer.

    Exit code 1 when there is no such recipient or the message was not taken, 4 when no daemon
    answers.
    """
    done = ask_trial(find_socket(config_path), TrialRequest(recipient=name, by=by))
    if as_json:
        print_json(done)
    else:
        out().print(f"{done.recipient}: the test message was taken", markup=False)


def _row(one: RecipientStatus) -> tuple[str, ...]:
    last = f"{rfc3339(one.last)[:19]}Z" if one.last else "never"
    counts = (str(one.waiting), str(one.sent), str(one.failures))
    return one.name, state_of(one), *counts, last, one.title
