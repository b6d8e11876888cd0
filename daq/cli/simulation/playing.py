"""`daq sim replay`: a recording played as a simulator."""

from pathlib import Path

import click

import simulators
from daq.cli.exits import FAILED
from daq.cli.options import json_option, print_json
from daq.cli.simulation.common import SimulationError
from daq.cli.tables import console

FREE_PORT = "127.0.0.1:0"


@click.command(epilog="Example: daq sim replay incident.jsonl --pty /tmp/balance")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pty", metavar="PATH", help="Make a pseudo-terminal with this path.")
@click.option("--tcp", metavar="HOST:PORT", help="Listen there; default 127.0.0.1:0, a free port.")
@click.option(
    "--strict", is_flag=True, help="The requests must be those of the recording, in its order."
)
@json_option
def replay(file: Path, pty: str | None, tcp: str | None, *, strict: bool, as_json: bool) -> None:
    """Play the recording FILE as a simulated instrument until Ctrl-C.

    Each request that is in the recording gets what came after it there, after the same time:
    answers, late ones, noise, or nothing. docs/recordings.md says more. With --strict the exit
    code is 1 when something else was asked, or not everything.
    """
    if pty and tcp:
        raise click.UsageError("either --pty or --tcp")
    try:
        played = simulators.replaying(
            simulators.read_recording(file),
            Path(pty) if pty else tcp or FREE_PORT,
            strict=strict,
            told=lambda surprise: click.echo(f"daq: {surprise}", err=True),
        )
        simulators.serve_replay(played, _announce_json if as_json else _announce)
    except simulators.SimulatorError as error:
        raise SimulationError(str(error)) from error
    if strict and not played.player.complete:
        click.echo(f"daq: {played.player.left} of the recording's requests did not come", err=True)
        raise click.exceptions.Exit(FAILED)


def _announce(played: "simulators.Replay") -> None:
    console.print(f"Playing at {played.address}")
    console.print("Ctrl-C ends.", style="dim")


def _announce_json(played: "simulators.Replay") -> None:
    print_json({"address": played.address, "requests": len(played.player.script.exchanges)})
