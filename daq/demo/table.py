"""The live table: one line a channel, the newest value and how much it can be trusted."""

import time
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daq.demo.watcher import LatestGroup
from drivers.model import Channel

STALE_INTERVALS = 3.0
"""A value older than this many intervals is shown as stale."""

COLOURS = {"good": "green", "uncertain": "yellow", "bad": "bold red"}


class Row(msgspec.Struct, frozen=True):
    """What a line of the table is about: fixed by the configuration."""

    instrument: str
    group: str
    channel: Channel
    interval: float


def live_table(
    rows: Sequence[Row], groups: dict[tuple[str, str], LatestGroup], footer: Iterable[str]
) -> RenderableType:
    """The table and, below it, where to look next."""
    table = Table(title="lab-daq demonstration", title_justify="left", pad_edge=False)
    for name in ("instrument", "channel"):
        table.add_column(name, no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("quality", no_wrap=True)
    table.add_column("age", justify="right", no_wrap=True)
    table.add_column("rate", justify="right", no_wrap=True)
    previous = ""
    for row in rows:
        if previous and previous != row.instrument:
            table.add_section()
        table.add_row(*_cells(row, groups.get((row.instrument, row.group)), previous))
        previous = row.instrument
    return Group(table, *(Text.from_markup(line) for line in footer))


def _cells(row: Row, latest: LatestGroup | None, previous: str) -> list[RenderableType]:
    name = "" if row.instrument == previous else row.instrument
    channel = row.channel
    if latest is None:
        return [name, channel.name, "", channel.display_unit, Text("waiting", "dim"), "", ""]
    age = time.monotonic() - latest.arrived
    quality = latest.message.quality.get(channel.name, "good")
    return [
        Text(name, "bold"),
        channel.name,
        channel.format(latest.message.values.get(channel.name)),
        channel.display_unit or channel.unit,
        Text(quality, COLOURS[quality.partition(":")[0]]),
        Text(f"{age:.1f} s", "bold red" if age > STALE_INTERVALS * row.interval + 1 else ""),
        f"{latest.rate():.1f}/s",
    ]
