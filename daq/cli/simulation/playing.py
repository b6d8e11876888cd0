"""`daq sim replay`: a recording played as a simulator."""

from contextlib import ExitStack
from pathlib import Path

import click

import simulators
from daq.cli.exits import FAILED
from daq.cli.options import json_option, print_json
from daq.cli.progress import quiet_option, say, watched
from daq.cli.screens import out
from daq.cli.simulation.common import SimulationError

RECORDED = (
    "`daq record BUS -o FILE` makes a recording; docs/reference/recording-file.md describes it"
)
FREE_PORT = "127.0.0.1:0"


@click.command(epilog="Example: daq sim replay incident.jsonl --pty /tmp/balance")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pty", metavar="PATH", help="Make a pseudo-terminal with this path.")
@click.option("--tcp", metavar="HOST:PORT", help="Listen there; default 127.0.0.1:0, a free port.")
@click.option(
    "--strict", is_flag=True, help="The requests must be those of the recording, in its order."
)
@quiet_option
@json_option
def replay(
    file: Path, pty: str | None, tcp: str | None, *, strict: bool, quiet: bool, as_json: bool
) -> None:
    """Play the recording FILE as a simulated instrument until Ctrl-C.

    Each request that is in the recording gets what came after it there, after the same time:
    answers, late ones, noise, or nothing. docs/how-to/recordings.md says more. With --strict
    the exit code is 1 when something else was asked, or not everything.
    """
    if pty and tcp:
        raise click.UsageError("either --pty or --tcp; leave one out")
    try:
        played = simulators.replaying(
            simulators.read_recording(file),
            Path(pty) if pty else tcp or FREE_PORT,
            strict=strict,
            told=lambda surprise: say(f"daq: {surprise}"),
        )
        with ExitStack() as bar:

            def ready(played: "simulators.Replay") -> None:
                (_announce_json if as_json else _announce)(played)
                bar.enter_context(watched("requests", lambda: _asked(played), quiet=quiet))

            simulators.serve_replay(played, ready)
    except simulators.SimulatorError as error:
        raise SimulationError(str(error), RECORDED) from error
    if strict and not played.player.complete:
        click.echo(f"daq: {played.player.left} of the recording's requests did not come", err=True)
        raise click.exceptions.Exit(FAILED)


def _asked(played: "simulators.Replay") -> tuple[int, int]:
    """Requests that have been answered, and those of the recording."""
    return played.player.asked, len(played.player.script.exchanges)


def _announce(played: "simulators.Replay") -> None:
    out().print(f"Playing at {played.address}")
    out().print("Ctrl-C ends.", style="dim")


def _announce_json(played: "simulators.Replay") -> None:
    print_json({"address": played.address, "requests": len(played.player.script.exchanges)})
