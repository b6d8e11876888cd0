"""`daq run`: the daemon."""

import asyncio
from pathlib import Path

import click

from daq.app import run_daemon
from daq.cli.configuration import fit_setup
from daq.cli.options import config_argument
from daq.logs import log_to_stderr

LEVELS = ("debug", "info", "warning", "error")


@click.command(epilog="Example: daq run /etc/daq/daq.toml")
@config_argument
@click.option(
    "--log-level", type=click.Choice(LEVELS), default="info", show_default=True, help="How much."
)
def command(config_path: Path, log_level: str) -> None:
    """Run the daemon until SIGTERM or Ctrl-C.

    Polls every instrument of FILE, journals every reading, and delivers to every sink.
    Logs to standard error; one line when a fault begins, one when it ends. SIGHUP, or `daq
    reload`, makes it take a changed FILE.
    """
    log_to_stderr(log_level)
    asyncio.run(run_daemon(config_path.absolute(), fit_setup(config_path)))
