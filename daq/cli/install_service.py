"""`daq install-service`: a systemd service of the daemon on this machine."""

import sys
from pathlib import Path

import click

from daq.cli.configuration import fit_setup
from daq.cli.options import DEFAULT_CONFIG
from daq.cli.steps import carry_out, root_option, yes_option
from daq.service.demands import demands, page_demands
from daq.service.install import install
from daq.service.machine import Machine
from daq.service.page import install_page, is_installed
from daq.service.units import USER, Wanted


@click.command(epilog="Example: daq install-service --config /etc/daq/daq.toml --yes")
@click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The configuration it runs.",
)
@click.option("--user", default=USER, show_default=True, help="Who runs it; made if missing.")
@click.option(
    "--program",
    type=click.Path(path_type=Path),
    default=Path(sys.executable).with_name("daq"),
    help="The daq command it runs; this one when left out.",
)
@click.option("--web", is_flag=True, help="A service of the page (daq web), too.")
@root_option
@yes_option
def command(
    config_path: Path, user: str, program: Path, root: Path, *, web: bool, yes: bool
) -> None:
    """Make a systemd service of the daemon: unit, user, credentials, rules for serial ports.

    Prints each step; does them only with --yes. The configuration is checked first. Run it again
    after an upgrade, or when the configuration uses other credentials: what is right already
    stays as it is.
    """
    machine = Machine(root)
    machine.require()
    config = fit_setup(config_path).config
    needed = demands(config, machine.within(config.journal.path), machine.within(config.socket))
    wanted = Wanted(machine.within(program), machine.within(config_path), user)
    plan = install(machine, wanted, needed)
    if web or is_installed(machine):
        of_page = page_demands(config)
        page = install_page(machine, wanted, of_page.credentials, of_page.variables)
        plan = plan.and_then(page)
    carry_out(machine, plan, yes=yes)
