"""`daq check`: is the configuration right, and can the lines carry it?"""

from pathlib import Path

import click

from daq.acquire.plan import BusPlan, PlanReport
from daq.build.judge import Judged, judge
from daq.build.setup import Setup
from daq.cli.exits import BAD_CONFIGURATION
from daq.cli.options import DEFAULT_CONFIG, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table

COLOURS = {"ok": "green", "heavy": "yellow", "impossible": "bold red"}


@click.command(epilog="Example: daq check daq.toml")
@click.argument(  # any path: what is wrong with it is what is asked
    "config_path",
    metavar="[FILE]",
    type=click.Path(path_type=Path),
    envvar="DAQ_CONFIG",
    default=DEFAULT_CONFIG,
)
@json_option
def command(config_path: Path, *, as_json: bool) -> None:
    """Check FILE and print the plan of its buses, without touching any instrument.

    Every error is shown at once with its line. The plan says for each bus how many requests a
    cycle takes, how long they occupy the line, and its load; a schedule the line cannot carry
    is an error. Exit code 3 when something is wrong.
    """
    judged = judge(config_path)
    if as_json:
        print_json(_plain(judged))
    else:
        _print(config_path, judged)
    if judged.errors:
        raise click.exceptions.Exit(BAD_CONFIGURATION)


def _plain(judged: Judged) -> dict[str, object]:
    report = judged.report
    return {
        "ok": not judged.errors,
        "config_hash": judged.setup.hash if judged.setup else None,
        "errors": judged.examined.errors,
        "warnings": judged.examined.warnings,
        "alarms": _alarms(judged),
        "plan": report,
        "plan_errors": report.errors if report else (),
        "plan_warnings": report.warnings if report else (),
    }


def _print(path: Path, judged: Judged) -> None:
    for bus in judged.report.buses if judged.report else ():
        _print_bus(bus)
    for name, templates in _alarms(judged).items():
        out().print(f"[bold]{name}[/]: alarms of its profile: {', '.join(templates)}")
    _print_texts("error", "bold red", judged.errors)
    _print_texts("warning", "yellow", judged.warnings)
    if judged.setup is None or judged.report is None:
        out().print(f"{path}: {_count(len(judged.errors), 'error')}")
    else:
        _print_verdict(path, judged.setup, judged.report)


def _alarms(judged: Judged) -> dict[str, list[str]]:
    """The alarms that profiles make, by instrument and by what the profile calls them."""
    found: dict[str, list[str]] = {}
    for made in judged.examined.templated:
        found.setdefault(str(made.path[1]), []).append(made.template)
    return found


def _print_texts(kind: str, style: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        out().print(f"{kind}: {text}", style=style, markup=False, soft_wrap=True)


def _print_bus(bus: BusPlan) -> None:
    out().print(
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
    drop = ("channels", "requests", "time")
    print_table(columns, rows, right="interval channels requests time load", drop=drop)


def _print_verdict(path: Path, setup: Setup, report: PlanReport) -> None:
    config = setup.config
    groups = sum(len(bus.groups) for bus in report.buses)
    verdict = "cannot be met" if report.errors else "ok"
    out().print(
        f"{path}: {verdict}; {_count(len(config.instrument), 'instrument')} on "
        f"{_count(len(report.buses), 'bus', 'buses')}, {_count(groups, 'scan group')}, "
        f"{_count(len(config.sink), 'sink')}, {_count(len(config.alarm), 'alarm')}",
        soft_wrap=True,
    )
    out().print(f"configuration {setup.hash[:12]}")


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
