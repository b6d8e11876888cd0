"""`daq sim run` and `daq sim start`: simulated instruments until Ctrl-C."""

from pathlib import Path
from typing import Literal

import click

import simulators
from daq.cli.completing import models
from daq.cli.named import choice
from daq.cli.options import json_option, print_json
from daq.cli.screens import out
from daq.cli.simulation.common import SimulationError, assignment, control_option
from daq.cli.tables import print_table

served_option = click.option(
    "--served", type=click.Path(path_type=Path), help="Log every reply's values to this file."
)
speed_option = click.option(
    "--speed",
    type=click.FloatRange(0, simulators.FASTEST),
    help="Seconds of physics in a second of the clock; the wire keeps its pace. 0 stands still.",
)
DESCRIBED = (
    "docs/reference/simulators.md describes the file; config/demo.toml has a [lab] to begin with"
)
OPTIONS = "docs/reference/simulated-models.md lists the options of each model"

place_option = control_option("Where it can be talked to: a path for a socket, or 127.0.0.1:PORT.")


@click.command(epilog="Example: daq sim run config/demo.toml --speed 60 --control /tmp/lab.sock")
@click.argument("scenario", metavar="FILE", type=click.Path(path_type=Path))
@served_option
@speed_option
@place_option
@json_option
def run(
    scenario: Path,
    served: Path | None,
    speed: float | None,
    control: str | None,
    *,
    as_json: bool,
) -> None:
    """Run the laboratory described under [lab] in FILE until Ctrl-C.

    Prints where each wire can be reached: the path of a pty, or host and port.
    docs/reference/simulators.md describes the file.
    """
    try:
        lab = simulators.running_lab(scenario, served=served, speed=speed, control=control)
    except simulators.SimulatorError as error:
        raise SimulationError(str(error), DESCRIBED) from error
    _serve(lab, as_json=as_json)


@click.command(epilog="Example: daq sim start mettler-sics --tcp 127.0.0.1:4001 -o samples=false")
@click.argument("model", shell_complete=models)
@click.option("--pty", metavar="PATH", help="Make a pseudo-terminal with this path.")
@click.option("--tcp", metavar="HOST:PORT", help="Listen there; default 127.0.0.1:0, a free port.")
@click.option("--baud", type=click.IntRange(50, 4_000_000), help="The pace of the wire.")
@click.option("--unit", type=click.IntRange(1, 247), default=1, help="The Modbus unit.")
@click.option("--seed", type=int, default=0, help="The same seed gives the same readings.")
@click.option(
    "-o", "--option", "options", multiple=True, metavar="NAME=VALUE", help="Options of the model."
)
@served_option
@speed_option
@place_option
@json_option
def start(model: str, *, as_json: bool, **settings: object) -> None:
    """Run one simulated instrument of MODEL until Ctrl-C, without a file.

    Prints where it can be reached. `daq sim list` lists the models.
    """
    known = [name for name, _ in simulators.models()]
    if model not in known:
        near = choice(model, known)
        raise click.UsageError(f"no model {model!r}; {near} (`daq sim list` lists all)")
    try:
        lab = _single(model, settings)
    except simulators.SimulatorError as error:
        raise SimulationError(str(error), OPTIONS) from error
    _serve(lab, as_json=as_json)


def _single(model: str, settings: dict[str, object]) -> "simulators.Lab":
    if settings["pty"] and settings["tcp"]:
        raise click.UsageError("either --pty or --tcp; leave one out")
    transport: Literal["pty", "tcp"] = "pty" if settings["pty"] else "tcp"
    words = settings["options"]
    assert isinstance(words, tuple)  # noqa: S101 - click's multiple option
    scenario = simulators.single(
        model,
        transport,
        str(settings[transport] or "127.0.0.1:0"),
        wire={} if settings["baud"] is None else {"baud": settings["baud"]},
        lab={
            key: settings[key] for key in ("seed", "speed", "control") if settings[key] is not None
        },
        unit=settings["unit"],
        options=dict(assignment(str(word)) for word in words),  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    )
    served = settings["served"]
    return simulators.running_lab(scenario, served=served if isinstance(served, Path) else None)


def _serve(lab: "simulators.Lab", *, as_json: bool) -> None:
    def ready(lab: "simulators.Lab") -> None:
        if as_json:
            print_json({"control": lab.control, "wires": lab.wires})
        else:
            _print(lab)

    try:
        simulators.serve(lab, ready=ready)
    except (simulators.SimulatorError, OSError) as error:
        raise SimulationError(str(error)) from error


def _print(lab: "simulators.Lab") -> None:
    rows = [(wire.name, wire.address, ", ".join(wire.devices)) for wire in lab.wires]
    print_table(("wire", "address", "instruments"), rows)
    if lab.control:
        out().print(f"\nControl at {lab.control}")
    out().print("\nCtrl-C ends.", style="dim")
