"""`daq sim`: simulated instruments, on ptys and TCP ports."""

from pathlib import Path

import click

import simulators
from daq.cli.options import json_option, print_json
from daq.cli.tables import console, print_table
from daq.errors import DaqError


class SimulationError(DaqError):
    """The simulated laboratory cannot be run."""


@click.group(epilog="Example: daq sim run config/demo.toml")
def command() -> None:
    """Run simulated instruments from a file; list the models there are."""


@command.command("run", epilog="Example: daq sim run config/demo.toml --served served.jsonl")
@click.argument("scenario", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--served", type=click.Path(path_type=Path), help="Log every reply's values to this file."
)
@json_option
def run(scenario: Path, served: Path | None, *, as_json: bool) -> None:
    """Run the laboratory described under [lab] in FILE until Ctrl-C.

    Prints where each wire can be reached: the path of a pty, or host and port.
    """

    def ready(wires: tuple[simulators.WireInfo, ...]) -> None:
        if as_json:
            print_json(wires)
        else:
            _print(wires)

    try:
        simulators.serve(scenario, served=served, ready=ready)
    except (simulators.SimulatorError, OSError) as error:
        raise SimulationError(str(error)) from error


@command.command("list", epilog="Example: daq sim list --json")
@json_option
def list_models(*, as_json: bool) -> None:
    """List the models that can be simulated."""
    models = simulators.models()
    if as_json:
        print_json(dict(models))
    else:
        print_table(("model", "description"), models)


def _print(wires: tuple[simulators.WireInfo, ...]) -> None:
    rows = [(wire.name, wire.address, ", ".join(wire.devices)) for wire in wires]
    print_table(("wire", "address", "instruments"), rows)
    console.print("\nCtrl-C ends.", style="dim")
