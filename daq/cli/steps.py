"""Shows the steps of an installation, and does them when told to."""

from pathlib import Path

import click

from daq.service.machine import Machine
from daq.service.step import Plan, WriteFile, describe

yes_option = click.option("--yes", is_flag=True, help="Do it; without, the steps are only shown.")

root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/"),
    help="Another folder for /: prepares an image of a machine, starts nothing.",
)


def carry_out(machine: Machine, plan: Plan, *, yes: bool) -> None:
    """Print every step; with ``yes`` do each as it is printed.

    Raises:
        ServiceError: not root, or a step failed; what came before it is done.
    """
    if yes:
        machine.require_rights()
    for step in plan.steps:
        click.echo(describe(step))
        if yes:
            machine.do(step)
    for note in plan.notes:
        click.echo(f"note    {note}")
    if not yes:
        files = sum(
            isinstance(step, WriteFile) and step.state != "unchanged" for step in plan.steps
        )
        click.echo(f"Nothing was done ({files} files would be written). Do it with --yes.")
