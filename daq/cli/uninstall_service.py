"""`daq uninstall-service`: take the systemd service away; the readings stay."""

from pathlib import Path

import click

from daq.cli.steps import carry_out, root_option, yes_option
from daq.service.install import uninstall
from daq.service.machine import Machine


@click.command(epilog="Example: daq uninstall-service --yes")
@root_option
@yes_option
def command(root: Path, *, yes: bool) -> None:
    """Stop the systemd service and take its files away. Never deletes a reading.

    Prints each step; does them only with --yes. Journal, configuration and the service's user
    stay.
    """
    machine = Machine(root)
    machine.require()
    carry_out(machine, uninstall(machine), yes=yes)
