"""`daq run`: the daemon."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from daq.allocator import give_back, one_arena
from daq.app import run_daemon
from daq.cli.configuration import fit_setup
from daq.cli.options import config_argument
from daq.cli.unwritable import UnwritableError
from daq.collector import calm_collector
from daq.logs import log_to_stderr
from daq.loop import loop_factory
from daq.sampling import sampled

LEVELS = ("debug", "info", "warning", "error")


@click.command(epilog="Example: daq run /etc/daq/daq.toml")
@config_argument
@click.option(
    "--log-level", type=click.Choice(LEVELS), default="info", show_default=True, help="How much."
)
@click.option(
    "--profile",
    "profile_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sample where processor time goes, and write it at the end, for pstats or snakeviz; "
    "costs under 1 %.",
)
def command(config_path: Path, log_level: str, profile_path: Path | None) -> None:
    """Run the daemon until SIGTERM or Ctrl-C.

    Polls every instrument of FILE, journals every reading, and delivers to every sink.
    Logs to standard error; one line when a fault begins, one when it ends. SIGHUP, or `daq
    reload`, makes it take a changed FILE.
    """
    one_arena()
    log_to_stderr(log_level)
    setup = fit_setup(config_path)
    calm_collector()
    give_back()
    with (
        _profiled(profile_path),
        asyncio.Runner(loop_factory=loop_factory(setup.config.daemon.loop)) as runner,
    ):
        runner.run(run_daemon(config_path.absolute(), setup))


def _profiled(path: Path | None) -> AbstractContextManager[None]:
    if path is None:
        return nullcontext()
    try:
        path.touch()
    except OSError as error:
        raise UnwritableError(path, error, "--profile") from error
    return sampled(path)
