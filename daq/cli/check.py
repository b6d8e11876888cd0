"""`daq check`: is the configuration right, and can the lines carry it?"""

from pathlib import Path

import click

from daq.acquire.plan import BusPlan, PlanReport
from daq.build.demand import plan_of
from daq.cli.exits import BAD_CONFIGURATION
from daq.cli.options import config_argument, json_option, print_json
from daq.cli.tables import console, print_table
from daq.config.config import Config
from daq.config.load import Examined, examine
from drivers.tomlfile import Problem

COLOURS = {"ok": "green", "heavy": "yellow", "impossible": "bold red"}


@click.command(epilog="Example: daq check daq.toml")
@config_argument
@json_option
def command(config_path: Path, *, as_json: bool) -> None:
    """Check FILE and print the plan of its buses, without touching any instrument.

    Every error is shown at once with its line. The plan says for each bus how many requests a
    cycle takes, how long they occupy the line, and its load; a schedule the line cannot carry
    is an error. Exit code 3 when something is wrong.
    """
    examined = examine(config_path)
    report = plan_of(examined.config) if examined.config else None
    if as_json:
        print_json(_plain(examined, report))
    else:
        _print(config_path, examined, report)
    if examined.errors or (report and report.errors):
        raise click.exceptions.Exit(BAD_CONFIGURATION)


def _plain(examined: Examined, report: PlanReport | None) -> dict[str, object]:
    planned = [*report.errors] if report else []
    return {
        "ok": not examined.errors and not planned,
        "errors": examined.errors,
        "warnings": examined.warnings,
        "plan": report,
        "plan_errors": planned,
        "plan_warnings": report.warnings if report else (),
    }


def _print(path: Path, examined: Examined, report: PlanReport | None) -> None:
    _print_problems("error", "bold red", examined.errors)
    _print_problems("warning", "yellow", examined.warnings)
    if report is None or examined.config is None:
        console.print(f"{path}: {_count(len(examined.errors), 'error')}")
        return
    for bus in report.buses:
        _print_bus(bus)
    for text in report.warnings:
        console.print(f"warning: {text}", style="yellow", markup=False)
    for text in report.errors:
        console.print(f"error: {text}", style="bold red", markup=False)
    _print_verdict(path, examined.config, report)


def _print_problems(kind: str, style: str, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        console.print(f"{kind}: {problem}", style=style, markup=False, soft_wrap=True)


def _print_bus(bus: BusPlan) -> None:
    console.print(
        f"[bold]{bus.bus}[/]: {bus.requests} requests and {bus.seconds * 1000:.0f} ms a cycle, "
        f"load [{COLOURS[bus.verdict]}]{bus.load:.0%} {bus.verdict}[/]"
    )
    rows = [
        (
            f"  {group.instrument}.{group.group}",
            f"{group.interval:g} s",
            str(group.channels),
            str(group.requests),
            f"{group.seconds * 1000:.0f} ms",
            f"{group.load:.1%}",
        )
        for group in bus.groups
    ]
    columns = ("  group", "interval", "channels", "requests", "time", "load")
    print_table(columns, rows, right="interval channels requests time load")


def _print_verdict(path: Path, config: Config, report: PlanReport) -> None:
    groups = sum(len(bus.groups) for bus in report.buses)
    verdict = "cannot be met" if report.errors else "ok"
    console.print(
        f"{path}: {verdict}; {_count(len(config.instrument), 'instrument')} on "
        f"{_count(len(report.buses), 'bus', 'buses')}, {_count(groups, 'scan group')}, "
        f"{_count(len(config.sink), 'sink')}",
        soft_wrap=True,
    )


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
