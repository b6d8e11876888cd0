"""`daq usage`: what instruments did in a month, and what it cost."""

import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daq.build.usage import build_usage
from daq.cli.configuration import configured
from daq.cli.options import DEFAULT_CONFIG, config_option, json_option, print_json, there
from daq.cli.screens import out
from daq.cli.usage_lines import as_plain, print_month, print_run, run_as_plain
from daq.config.certificates import register_of
from daq.config.errors import ConfigError
from daq.journal.reader import JournalReader
from daq.runs.past import find_run
from daq.usage.calendar import month_stretch
from daq.usage.cost_of_run import cost_of
from daq.usage.finance import finance_csv
from daq.usage.month import chosen_month, months_of, read_month
from daq.usage.plan import Plan
from daq.usage.rows import CHOICES, By
from daq.usage.runs import runs_near
from drivers.tomlfile import TomlError

if TYPE_CHECKING:
    from daq.web.text import Language


@click.group(
    invoke_without_command=True, epilog="Example: daq usage --month 2026-11 --by cost-centre"
)
@click.option(
    "--month", "said", default="this", show_default=True, help="2026-11, this or last month."
)
@click.option("--by", type=click.Choice(CHOICES), default="instrument", show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="Lines for a finance system.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report of the month: .html, .pdf, or .csv.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="DAQ_CONFIG",
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The configuration; also from DAQ_CONFIG.",
)
@json_option
def command(
    said: str,
    by: By,
    output: Path | None,
    lang: "Language",
    config_path: Path,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show what instruments did in a month, and what it cost: [usage.NAME], [cost].

    Hours running, idle, off, at fault and unknown; utilisation, availability, MTBF; energy;
    amounts by kind of cost. Reads the journal; the daemon may run or not. What the words mean:
    docs/reference/usage.md.
    """
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is not None:
        ctx.default_map = {str(ctx.invoked_subcommand): {"config_path": str(config_path)}}
        return
    there(ctx, next(one for one in ctx.command.params if one.name == "config_path"), config_path)
    if output is not None and output.suffix not in (".html", ".pdf", ".csv"):
        raise click.UsageError(f"{output}: a file that ends in .html, .pdf or .csv")
    plan, journal = _plan(config_path)
    now = time.time_ns()
    first = chosen_month(plan, said, now)
    with JournalReader(journal) as reader:
        runs = runs_near(reader, month_stretch(first, plan.zone)[0])
        month = read_month(reader, plan, first, now, runs)
    if output is not None:
        import_module("daq.cli.usage_file").write_usage(month, output, now, language=lang)
        out().print(str(output), markup=False, soft_wrap=True)
    elif as_csv:
        click.echo(finance_csv(month), nl=False)
    elif as_json:
        print_json(as_plain(month, by))
    else:
        print_month(month, by)


@command.command("run", epilog="Example: daq usage run 20261123-1")
@click.argument("run", metavar="NUMBER")
@config_option
@json_option
def run_cost(run: str, config_path: Path, *, as_json: bool) -> None:
    """Show what the run NUMBER cost, on each instrument and for each sample, so far if it goes on.

    The sum of its parts in every month it touches, as the reports of those months have them.
    """
    plan, journal = _plan(config_path)
    now = time.time_ns()
    with JournalReader(journal) as reader:
        one = find_run(reader, run)
        runs = runs_near(reader, one.begun)
        months = [
            read_month(reader, plan, first, now, runs, one) for first in months_of(one, plan, now)
        ]
    accounts = [account for month in months for account in month.accounts]
    cost = cost_of(one, accounts, plan.digits)
    if as_json:
        print_json(run_as_plain(cost, plan))
    else:
        print_run(cost, plan)


def _plan(path: Path) -> tuple[Plan, Path]:
    """What is configured, and where the journal is.

    Raises:
        ConfigError: the configuration, or a certificate, is wrong.
    """
    config = configured(path)
    try:
        register = register_of(config.calibration, config.instrument)
    except TomlError as error:
        raise ConfigError(error.problems) from error
    return build_usage(config, register), config.journal.path
