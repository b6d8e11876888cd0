"""`daq demo`: everything at once, on simulated instruments."""

import asyncio
import sys

import click

from daq.cli.options import Duration, json_option, print_json
from daq.cli.screens import interactive, out
from daq.cli.tables import print_table
from daq.demo.show import run_demo
from daq.demo.summary import Summary


@click.command(epilog="Example: daq demo --for 20s --json")
@click.option("--for", "seconds", type=Duration(), help="End by itself after, say, 20s.")
@json_option
def command(seconds: float | None, *, as_json: bool) -> None:
    """Show a simulated laboratory: simulators, MQTT broker, daemon, page, a live table.

    Ends with a summary: what was read, delivered, and whether the values are those the
    simulators sent. Exit code 0 when nothing was lost and all values agree, 1 otherwise.
    """
    on_screen = not as_json and interactive(sys.stdout)
    summary = asyncio.run(run_demo(seconds, out() if on_screen else None))
    if as_json:
        print_json(summary)
    else:
        _print(summary)
    if not summary.ok:
        raise click.exceptions.Exit(1)


def _print(summary: Summary) -> None:
    out().print(
        f"{summary.seconds:.1f} s: {summary.scans} scans, {summary.readings} readings, "
        f"{summary.journal_entries} journal entries, {summary.delivered_to_mqtt} delivered "
        f"to MQTT, {summary.lost} lost; {summary.agreement.compared} values compared with the "
        f"simulators, {summary.agreement.deviating} differ"
    )
    print_table(
        ("instrument", "scans", "good", "uncertain", "bad"),
        [
            (name, *map(str, (c.scans, c.good, c.uncertain, c.bad)))
            for name, c in summary.instruments.items()
        ],
        right="scans good uncertain bad",
    )
    for problem in summary.problems:
        out().print(problem, style="bold red", markup=False)
