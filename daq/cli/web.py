"""`daq web`: the page people look at."""

import asyncio
from importlib import import_module
from pathlib import Path

import click

from daq.cli.configuration import configured
from daq.cli.options import config_argument
from daq.logs import log_to_stderr


@click.command(epilog="Example: daq web /etc/daq/daq.toml")
@config_argument
def command(config_path: Path) -> None:
    """Serve the page people look at until SIGTERM or Ctrl-C.

    Reads the journal and asks the daemon that run with FILE; works, with the past, when none
    does. Where it is served, and who may look: [web] in FILE. The daemon does not need it.
    """
    log_to_stderr("info")
    config = configured(config_path)
    serve = import_module("daq.web.serve")
    asyncio.run(serve.run_web(config_path.absolute(), config))
