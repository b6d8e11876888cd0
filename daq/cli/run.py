"""`daq run`: the daemon."""

import asyncio
import logging
import os
from pathlib import Path

import click

from daq.app import run_daemon
from daq.cli.configuration import fit_setup
from daq.cli.options import config_argument

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
    _log_to_stderr(log_level)
    asyncio.run(run_daemon(config_path.absolute(), fit_setup(config_path)))


def _log_to_stderr(level: str) -> None:
    # journald stamps the time itself.
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    logging.basicConfig(level=level.upper(), format=f"{stamp}%(levelname)-7s %(message)s")
    if level != "debug":
        # Libraries report each retry; the daemon says each fault once, in its own words.
        for name in ("pymodbus", "aiomqtt", "mqtt", "serialx", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
