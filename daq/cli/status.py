"""`daq status`: what the running daemon does."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from rich.console import RenderableType
from rich.text import Text

from daq.cli.exits import FAILED, unread
from daq.cli.live import show
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import interactive, out
from daq.cli.status_report import print_status, status_parts
from daq.config.whereabouts import find_socket
from daq.control.client import NotRunningError
from daq.control.status import DaemonStatus, ask_status
from daq.control.wrong import words, wrong

PERIOD = 2.0
"""Seconds from one look to the next where lines are printed."""

LOOK = 1.0
"""Seconds from one question to the daemon to the next while a picture is shown."""


@click.command(epilog="Example: daq status --json -c /etc/daq/daq.toml")
@config_option
@json_option
@click.option("--watch", "--live", "watch", is_flag=True, help="Show it anew until Ctrl-C.")
def command(config_path: Path, *, as_json: bool, watch: bool) -> None:
    """Ask the running daemon for its buses, instruments, sinks and journal.

    What is wrong comes first. A scan is late when it begins more than a tenth of its interval,
    and more than 10 ms, after it was due; skipped when the next one was due already. Exit code 4
    when no daemon answers, 1 when something is not as it should be, 0 when all is well.

    --watch fills the window and goes on when the daemon is away; in a pipe it prints the whole
    every two seconds, with --json a line.
    """
    socket = find_socket(config_path)
    status = ask_status(socket)
    if watch and not as_json and interactive(sys.stdout):
        show(_Watch(socket, status).picture)
    if watch:
        _repeat(socket, status, as_json=as_json)
        return
    _say(status, as_json=as_json)
    if wrong(status):
        raise click.exceptions.Exit(FAILED)


def _say(status: DaemonStatus, *, as_json: bool) -> None:
    if as_json:
        print_json(status)
    else:
        print_status(status)


def _repeat(socket: Path, status: DaemonStatus, *, as_json: bool) -> None:
    while not unread(sys.stdout):
        _say(status, as_json=as_json)
        if not as_json:
            out().print()
        time.sleep(PERIOD)
        status = ask_status(socket)


class _Watch:
    """What the daemon said last, and since when it says nothing any more."""

    def __init__(self, socket: Path, status: DaemonStatus) -> None:
        self._socket = socket
        self._status = status
        self._heard = self._asked = time.monotonic()
        self._trouble = ""

    def picture(self, width: int, height: int) -> Sequence[RenderableType]:
        """The status, its ages as they are now."""
        del height
        if time.monotonic() - self._asked >= LOOK:
            self._ask()
        age = time.monotonic() - self._heard
        status = msgspec.structs.replace(self._status, time=self._status.time + int(age * 1e9))
        parts = status_parts(status, width)
        if not self._trouble:
            return parts
        head = Text(f"no daemon for {words(age)}; below is what it said last", "bold red")
        return [head, Text(self._trouble, "red"), "", *parts]

    def _ask(self) -> None:
        try:
            self._status = ask_status(self._socket)
        except NotRunningError as error:
            self._trouble = str(error)
        else:
            self._heard, self._trouble = time.monotonic(), ""
        self._asked = time.monotonic()
