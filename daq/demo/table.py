"""The live table: one line a channel, the newest value and how much it can be trusted."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daq.demo.watcher import LatestGroup
from drivers.model import Channel

STALE_INTERVALS = 3.0
"""A value older than this many intervals is shown as stale."""

COLOURS = {"good": "green", "uncertain": "yellow", "bad": "bold red"}

FRAME = 5
"""Lines of the picture that are neither channels nor footer: title, head, rules, a spare one."""


class Row(msgspec.Struct, frozen=True):
    """What a line of the table is about: fixed by the configuration."""

    instrument: str
    group: str
    channel: Channel
    interval: float


Latest = Mapping[tuple[str, str], LatestGroup]


def live_table(
    rows: Sequence[Row], latest: Latest, footer: Sequence[str], height: int
) -> RenderableType:
    """The table and, below it, where to look next; no higher than ``height`` lines."""
    table = Table(title="lab-daq demonstration", title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("instrument", "channel"):
        table.add_column(name, no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True, min_width=10)
    table.add_column("unit", no_wrap=True)
    table.add_column("quality", no_wrap=True, min_width=18)
    table.add_column("age", justify="right", no_wrap=True, min_width=6)
    table.add_column("rate", justify="right", no_wrap=True, min_width=5)
    for cells in _lines(rows, latest, height - FRAME - len(footer)):
        table.add_row(*cells)
    return Group(table, *(Text.from_markup(line) for line in footer))


def _lines(rows: Sequence[Row], latest: Latest, height: int) -> Iterator[list[RenderableType]]:
    instruments = [list(group) for _, group in groupby(rows, lambda row: row.instrument)]
    share = _share([len(group) for group in instruments], height)
    for group in instruments:
        hidden = len(group) - share
        for position, row in enumerate(group[:share]):
            name = Text(row.instrument if position == 0 else "", "bold")
            more = hidden > 0 and position == share - 1
            channel = Text.assemble(row.channel.name, (f"  +{hidden} more", "dim") if more else "")
            yield [name, channel, *_reading(row, latest.get((row.instrument, row.group)))]


def _share(sizes: Sequence[int], height: int) -> int:
    """How many channels of each instrument fit; at least one."""
    share = max(sizes, default=1)
    while share > 1 and sum(min(size, share) for size in sizes) > height:
        share -= 1
    return share


def _reading(row: Row, latest: LatestGroup | None) -> Iterable[RenderableType]:
    channel = row.channel
    unit = channel.display_unit or channel.unit
    if latest is None:
        return "", unit, Text("waiting", "dim"), "", ""
    age = time.monotonic() - latest.arrived
    quality = latest.message.quality.get(channel.name, "good")
    stale = age > STALE_INTERVALS * row.interval + 1
    return (
        channel.format(latest.message.values.get(channel.name)),
        unit,
        Text(quality, COLOURS[quality.partition(":")[0]]),
        Text(f"{age:.1f} s", "bold red" if stale else ""),
        f"{latest.rate():.1f}/s",
    )
