"""Tables in the terminal: coloured on a screen, plain in a pipe, never wider than it is."""

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from daq.cli.screens import out
from daq.plain import printable

GAP = 2
"""Blanks between two columns."""


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: str = "",
    drop: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    screen: Console | None = None,
) -> None:
    """Print rows under their columns, if there are any, on standard output or a ``screen``.

    The rest is that of ``make_table``.
    """
    screen = screen or out()
    table = make_table(columns, rows, right=right, drop=drop, colours=colours, room=screen.width)
    if table.row_count:
        screen.print()
        screen.print(table)


def make_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    room: int,
    right: str = "",
    drop: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> Table:
    """Rows under their columns, in at most ``room`` cells of width.

    Columns named in ``right`` (by blanks) are right-aligned. Those in ``drop`` are left out one
    after the other, the first first, until the rest fits; what never fits is folded. A cell gets
    the style that ``colours`` has for it, or for its part before a colon.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    shown = fitting(columns, cells, drop, room)
    numbers = right.split()
    table = Table(pad_edge=False, box=None, padding=(0, GAP, 0, 0), header_style="bold dim")
    for index in shown:
        number = columns[index] in numbers
        # Half a number is another number; a name may go on in the next line.
        table.add_column(
            columns[index],
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
        )
    for row in cells:
        table.add_row(*(Text(row[index], _style(row[index], colours or {})) for index in shown))
    return table


def fitting(
    columns: Sequence[str], rows: Sequence[Sequence[str]], drop: Sequence[str], room: int
) -> list[int]:
    """The places of the columns that stay when those of ``drop`` go until all fit in ``room``."""
    widths = [
        max(cell_len(text) for text in (name, *(row[index] for row in rows)))
        for index, name in enumerate(columns)
    ]
    shown = list(range(len(columns)))
    for name in drop:
        if sum(widths[index] + GAP for index in shown) - GAP <= room:
            break
        shown = [index for index in shown if columns[index] != name]
    return shown


def _style(cell: str, colours: Mapping[str, str]) -> str:
    return colours.get(cell) or colours.get(cell.partition(":")[0], "")
