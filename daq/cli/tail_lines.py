"""Entries of the journal as lines: for a pipe, for `grep`, and for a window to scroll in."""

import time
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from daq.journal.corrected import Corrections
from daq.journal.entry import Entry, Event, Scan
from daq.plain import printable

QUALITIES = ("", "yellow", "bold red")
SEVERITIES = {"info": "cyan", "warning": "yellow", "error": "bold red"}

NUMBERED = 80
"""Columns a window has to have for the numbers of entries."""

INDENT = "    "

_corrections = Corrections()
"""Of the journal that is shown: a process shows one."""


def entry_lines(entry: Entry, room: int | None) -> Iterator[Text]:
    """An entry: one line, or in a window with ``room`` as many as it takes; values as corrected.

    None is broken within a reading, and a narrow window does without the number of the entry.
    """
    line = Text()
    for piece in _pieces(entry, numbered=room is None or room >= NUMBERED):
        if line and room and cell_len(line.plain) + 1 + cell_len(piece.plain) > room:
            yield line
            line = Text(INDENT)
        line.append(" " if line.plain.strip() else "").append_text(piece)
    yield line


def _pieces(entry: Entry, *, numbered: bool) -> Iterator[Text]:
    local = time.localtime(entry.time // 1_000_000_000)
    stamp = f"{time.strftime('%H:%M:%S', local)}.{entry.time // 1_000_000 % 1000:03d}"
    yield Text(f"{stamp} {entry.seq:>8}" if numbered else stamp, "dim")
    if isinstance(entry, Event):
        words = f"{entry.severity} {entry.kind}: {entry.text}"
        yield from (Text(word, SEVERITIES[entry.severity]) for word in printable(words).split())
    else:
        yield from _readings(entry)


def _readings(scan: Scan) -> Iterator[Text]:
    key = scan.series.key
    yield Text(f"{key.instrument}.{key.group}", "bold")
    found = _corrections.evaluated(scan)
    values = scan.values if found is None else found.values
    for place, (channel, value, status) in enumerate(
        zip(key.channels, values, scan.statuses, strict=True)
    ):
        style = QUALITIES[status.quality]
        text = Text.assemble((f"{channel.name}=", "dim"), (printable(channel.format(value)), style))
        unsure = None if found is None else found.uncertainties[place]
        if unsure is not None:
            text.append(f" ±{unsure:.2g}", "dim")
        if channel.unit and value is not None:
            text.append(f" {channel.display_unit or channel.unit}", "dim")
        if status:
            text.append(f" ({status})", style)
        yield text
