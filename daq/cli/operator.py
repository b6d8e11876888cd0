"""What the commands that do something with an alarm have in common."""

import getpass
import os
from pathlib import Path

import click

from daq.cli.completing import alarms
from daq.cli.options import json_option, print_json
from daq.cli.screens import out
from daq.config.whereabouts import find_socket
from daq.control.alarms import AlarmDone, AlarmRequest, ask_alarm
from daq.timefmt import rfc3339

LONGEST_NAME = 100

name_argument = click.argument("name", shell_complete=alarms)
why_option = click.option("--why", default="", help="What you found or did; one line.")
reason_option = click.option("--why", required=True, help="The reason; one line.")


def own_name() -> str:
    """Who sits at the terminal, as far as that is known."""
    try:
        # Who called sudo has a name that says more than root's.
        behind = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
        return behind or getpass.getuser()
    except (OSError, KeyError):
        return ""


by_option = click.option(
    "--by", default=own_name, show_default="you", help="Who says so; goes into the journal."
)

__all__ = ["by_option", "json_option", "name_argument", "own_name", "reason_option", "why_option"]


def act(config: Path, request: AlarmRequest, *, as_json: bool) -> None:
    """Ask the daemon, and print what became of the alarm.

    Raises:
        NotRunningError: no daemon answers.
        DeclinedError: there is no such alarm, or this does not fit the state it is in.
    """
    done = ask_alarm(find_socket(config), request)
    if as_json:
        print_json(done)
    else:
        out().print(words(done), markup=False, soft_wrap=True)


def words(done: AlarmDone) -> str:
    """``chamber.high: shelved until 2026-11-23T12:00:00Z``."""
    until = f" until {rfc3339(done.until)[:19]}Z" if done.until else ""
    return f"{done.name}: {done.state}{until}"
