"""`daq alarms figures`: how well the alarms serve people."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from daq.alarms.figures.delays import Delays
from daq.alarms.figures.figures import Figures
from daq.alarms.figures.guide import Judged, judged, unjudged
from daq.alarms.figures.read import read_figures
from daq.cli.configuration import configured
from daq.cli.options import Moment, config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.control.wrong import words
from daq.errors import DaqError
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339

WEEK = 7 * 86_400_000_000_000

LINES = {
    "per_day": "a day",
    "per_hour": "an hour",
    "per_ten_minutes": "in ten minutes",
    "peak_ten_minutes": "most in ten minutes",
    "hours_above": "hours with more than 30",
    "tens_above": "ten minutes with more than 10",
    "in_flood": "time in flood",
    "top_part": "the ten most frequent make",
    "chattering": "chattering",
    "fleeting": "fleeting",
    "standing": "standing for more than 24 h",
}
"""What is printed of a figure that has a recommendation."""

COLOURS = {"too many": "red", "as it should be": "green"}


@click.command("figures", epilog="Example: daq alarms figures --from -7d")
@click.option("--from", "start", type=Moment(), help="Begin; a week ago when left out.")
@click.option("--to", "end", type=Moment(), help="End (not included); now when left out.")
@config_option
@json_option
def figures(config_path: Path, *, as_json: bool, start: int | None, end: int | None) -> None:
    """Show how well the alarms serve people, after ISA-18.2 and EEMUA 191.

    Rates, floods, bad actors, what chatters, is fleeting or stands, and how long it takes until
    an alarm is found and acknowledged. No daemon is needed.
    """
    end = time.time_ns() if end is None else end
    with JournalReader(configured(config_path).journal.path) as reader:
        try:
            found = read_figures(reader, end - WEEK if start is None else start, end)
        except ValueError as error:
            raise DaqError(f"{error}; choose another one with --from and --to") from error
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: Figures) -> None:
    count = found.rates.count
    period = f"{_moment(found.start)} to {_moment(found.end)} ({words(found.rates.seconds)})"
    out().print(f"{count} alarms from {period}", markup=False, soft_wrap=True)
    print_table(("figure", "is", "recommended", ""), map(_judged, judged(found)), colours=COLOURS)
    if left := [LINES[name] for name in unjudged(found)]:
        text = f"too little to judge (the standards look at 30 days): {', '.join(left)}"
        out().print(text, markup=False, soft_wrap=True)
    print_table(("priority", "is", "recommended"), _priorities(found))
    print_table(("seconds", "count", "median", "95 %", "longest"), _delays(found))
    if found.unacknowledged:
        out().print(f"\n{found.unacknowledged} acknowledged by nobody", markup=False)
    print_table(("most frequent", "priority", "count", "part"), _actors(found), right="count part")
    print_table(
        ("chattering", "count", "bursts", "most in a minute"),
        ((a.alarm, str(a.count), str(a.bursts), str(a.most_in_a_minute)) for a in found.chattering),
    )
    print_table(("fleeting", "count"), ((each.alarm, str(each.count)) for each in found.fleeting))
    print_table(("standing", "priority", "since", "until", "for"), _standing(found))


def _judged(one: Judged) -> tuple[str, ...]:
    show = _percent if one.unit == "part" else _number
    verdict = "as it should be" if one.well else "too many"
    return LINES[one.name], show(one.value), f"at most {show(one.most)}", verdict


def _priorities(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in found.priorities:
        wanted = _percent(each.recommended)
        most = "at most " if each.priority == "critical" else "about "
        yield each.priority, f"{_percent(each.part)} ({each.count})", f"{most}{wanted}"


def _delays(found: Figures) -> Iterator[tuple[str, ...]]:
    yield _delay("told until acknowledged", found.to_acknowledge)
    yield _delay("first reading until raised", found.detection.raised)
    yield _delay("first reading until noticed", found.detection.noticed)
    yield _delay("first reading until a message was sent", found.detection.sent)
    yield _delay("first reading until acknowledged", found.detection.acknowledged)


def _delay(name: str, delays: Delays) -> tuple[str, ...]:
    if not delays.count:
        return name, "0", "", "", ""
    shown = (f"{round(each, 3):.3g}" for each in (delays.median, delays.most, delays.longest))
    return name, str(delays.count), *shown


def _actors(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in found.bad_actors:
        yield each.alarm, each.priority, str(each.count), _percent(each.part)


def _standing(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in found.standing:
        until = _moment(each.until) if each.until else "still"
        yield each.alarm, each.priority, _moment(each.since), until, words(each.seconds)


def _moment(moment: int) -> str:
    return f"{rfc3339(moment)[:19]}Z"


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004 - three digits
