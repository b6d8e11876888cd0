"""The newest readings as a table for a window, what is wrong first; newest events below."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from daq.cli.newest import RANKS, Reading
from daq.cli.tables import make_table
from daq.cli.tail_lines import SEVERITIES
from daq.control.wrong import words
from daq.journal.entry import Event
from daq.plain import printable

COLOURS = {
    "bad": "bold red",
    "stale": "bold red",
    "waiting": "dim",
    "uncertain": "yellow",
    "good": "green",
}

COLUMNS = (
    "instrument",
    "what it is",
    "group",
    "channel",
    "value",
    "unit",
    "quality",
    "reason",
    "age",
)

DROP = ("what it is", "group", "reason", "age")
"""Columns a narrow window does without, the first first."""


def summary(readings: Sequence[Reading]) -> Text:
    """How many channels are what, in words."""
    counts = {rank: sum(reading.quality == rank for reading in readings) for rank in RANKS}
    if counts["good"] == len(readings):
        return Text(f"all {len(readings)} channels good", COLOURS["good"])
    parts = [(f"{count} {rank}", COLOURS[rank]) for rank, count in counts.items() if count]
    text = Text(f"of {len(readings)} channels ")
    for number, part in enumerate(parts):
        text.append(", " if number else "").append(*part)
    return text


def readings_table(
    readings: Sequence[Reading], titles: Mapping[str, str], room: int, height: int
) -> RenderableType:
    """A row for each channel, or for as many as fit into ``height`` lines.

    Where they do not fit, each instrument shows so many, the worst, and how many more it has.
    """
    instruments = [list(group) for _, group in groupby(readings, lambda each: each.instrument)]
    share = _share([len(group) for group in instruments], height)
    rows = [row for group in instruments for row in _rows(group, titles, share)]
    return make_table(COLUMNS, rows, right="value age", drop=DROP, colours=COLOURS, room=room)


def event_line(event: Event, now: int) -> Text:
    """An event: when, how grave in words and in colour, what."""
    stamp = time.strftime("%H:%M:%S", time.localtime(event.time // 1_000_000_000))
    age = words(max(now - event.time, 0) / 1e9)
    style = SEVERITIES[event.severity]
    text = printable(f"{event.severity} {event.kind}: {event.text}")
    line = Text.assemble((f"{stamp} ", "dim"), (text, style), (f" ({age} ago)", "dim"))
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _rows(
    readings: Sequence[Reading], titles: Mapping[str, str], share: int
) -> Iterator[tuple[str, ...]]:
    """The rows of one instrument: its name in the first, in the last what is not shown."""
    worst = sorted(readings, key=lambda reading: reading.rank)[:share]
    shown = [reading for reading in readings if reading in worst][:share]
    names = [shown[0].instrument, *[""] * (len(shown) - 1)]
    if hidden := len(readings) - len(shown):
        names[-1] = f"{names[-1]} +{hidden} more".strip()
    for number, (name, reading) in enumerate(zip(names, shown, strict=True)):
        title = titles.get(reading.instrument, "") if number == 0 else ""
        yield name, title, *_cells(reading)


def _cells(reading: Reading) -> Iterator[str]:
    channel = reading.channel
    yield reading.group
    yield channel.name
    yield "" if reading.age is None else channel.format(reading.value)
    yield channel.display_unit or channel.unit
    yield reading.quality
    yield reading.reason
    yield "" if reading.age is None else words(reading.age)


def _share(sizes: Sequence[int], height: int) -> int:
    """How many channels of each instrument fit; at least one."""
    share = max(sizes, default=1)
    while share > 1 and sum(min(size, share) for size in sizes) > height:
        share -= 1
    return share
