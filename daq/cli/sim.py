"""`daq sim`: simulated instruments, on ptys and TCP ports."""

import click

from daq.cli.simulation.faults import cancel, fault, faults
from daq.cli.simulation.playing import replay
from daq.cli.simulation.running import run, start
from daq.cli.simulation.talking import list_models, served, set_controls, speed, state


@click.group(epilog="Example: daq sim run config/demo.toml")
def command() -> None:
    """Run simulated instruments; look at them, operate them, let faults happen.

    `run` runs a laboratory from a file, `start` one instrument without a file, `replay`
    plays a recording. The others talk to a laboratory that was started with --control PLACE.
    """


for subcommand in (
    run,
    start,
    list_models,
    state,
    set_controls,
    fault,
    faults,
    cancel,
    served,
    speed,
    replay,
):
    command.add_command(subcommand)
