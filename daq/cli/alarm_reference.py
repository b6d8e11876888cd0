"""`daq alarms reference`: mean and sigma of a period in which all was well."""

import math
import time
from pathlib import Path

import click

from daq.alarms.reference import Figures, figures, hints, samples
from daq.alarms.rule import Point
from daq.build.alarms import point_of
from daq.build.conditions import ns
from daq.cli.completing import alarms
from daq.cli.configuration import configured
from daq.cli.named import choice
from daq.cli.options import Duration, Moment, config_option, json_option, print_json
from daq.cli.screens import out
from daq.config.alarm import ChartAlarm
from daq.config.config import Config
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339
from drivers.units import show_duration


@click.command(epilog="Example: daq alarms reference frequency-ewma --from -7d --to today")
@click.argument("name", shell_complete=alarms)
@click.option("--from", "start", type=Moment(), required=True, help="Begin: 2026-11-23, -7d.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@click.option("--every", type=Duration(), help="A sample is the mean of so long; as the alarm has.")
@config_option
@json_option
def command(
    name: str, start: int, end: int | None, every: float | None, config_path: Path, *, as_json: bool
) -> None:
    """Work out mean and sigma for the chart NAME, or for a channel such as feeder.frequency.

    The readings of a period in which all was well are taken from the journal, and sampled as the
    chart samples them. What is printed goes into the file, so that who reads it years later sees
    by what was judged. Exit code 1 when there are too few samples.
    """
    config = configured(config_path)
    point, period = _what(config, name, every)
    with JournalReader(config.journal.path) as reader:
        query = Query(start=start, end=end, instruments=frozenset({point.instrument}))
        known = figures(list(samples(reader, query, point, ns(period))))
    note = _note(known, start, time.time_ns() if end is None else end, period)
    if as_json:
        print_json({"figures": known, "reference": note, "hints": list(hints(known))})
        return
    for line in _lines(known, note):
        out().print(line, markup=False, soft_wrap=True)
    for hint in hints(known):
        out().print(f"doubt: {hint}", style="yellow", markup=False, soft_wrap=True)


def _what(config: Config, name: str, every: float | None) -> tuple[Point, float]:
    alarm = config.alarm.get(name)
    made = {one for table, each in config.alarm.items() for one in each.names(table)}
    if isinstance(alarm, ChartAlarm):
        return point_of(alarm.channel), alarm.every if every is None else every
    if (
        name not in made
        and name.count(".") in (1, 2)
        and name.split(".", maxsplit=1)[0] in config.instrument
    ):
        return point_of(name), every or 0.0
    charts = [key for key, each in config.alarm.items() if isinstance(each, ChartAlarm)]
    raise click.UsageError(f"{name!r} is no chart and no channel; {choice(name, charts)}")


def _note(known: Figures, start: int, end: int, period: float) -> str:
    each = f" of {show_duration(period)}" if period else ""
    return f"{known.count} samples{each}, {rfc3339(start)[:19]}Z to {rfc3339(end)[:19]}Z"


def _lines(known: Figures, note: str) -> list[str]:
    """What goes into the file, to a thousandth of a sigma; then what else is known."""
    digits = max(3 - math.floor(math.log10(known.sigma)), 0)
    more = f"sigma of the moving range {known.short:.4g}, "
    more += f"correlation with the next sample {known.correlation:.2f}, "
    return [
        f"mean = {known.mean:.{digits}f}",
        f"sigma = {known.sigma:.4g}",
        f'reference = "{note}"',
        "",
        f"{more}Anderson-Darling {known.normality:.2f}",
    ]
