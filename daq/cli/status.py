"""`daq status`: what the running daemon does."""

import time
from pathlib import Path

import click

from daq.cli.exits import FAILED
from daq.cli.options import config_option, json_option, print_json
from daq.cli.status_report import print_status
from daq.config.whereabouts import find_socket
from daq.control.client import ask_status
from daq.control.wrong import wrong

PERIOD = 2.0
"""Seconds from one look to the next."""


@click.command(epilog="Example: daq status --json -c /etc/daq/daq.toml")
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Show it anew every two seconds, until Ctrl-C.")
def command(config_path: Path, *, as_json: bool, watch: bool) -> None:
    """Ask the running daemon for its buses, instruments, sinks and journal.

    What is wrong comes first. A scan is late when it begins more than a tenth of its interval,
    and more than 10 ms, after it was due; skipped when the next one was due already. Exit code 4
    when no daemon answers, 1 when something is not as it should be, 0 when all is well.
    """
    while True:
        status = ask_status(find_socket(config_path))
        if watch and not as_json:
            click.clear()
        if as_json:
            print_json(status)
        else:
            print_status(status)
        if not watch:
            break
        time.sleep(PERIOD)
    if wrong(status):
        raise click.exceptions.Exit(FAILED)
