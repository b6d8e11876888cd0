"""Tables in the terminal: coloured on a screen, plain in a pipe, never wider than it is."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from daq.plain import printable

console = Console(highlight=False)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: str = "",
    colours: Mapping[str, str] | None = None,
    screen: Console = console,
) -> None:
    """Print rows under their columns, on standard output or another ``screen``.

    Columns named in ``right`` (by spaces) are right-aligned; a cell that is a key of
    ``colours`` gets that style.
    """
    numbers = right.split()
    table = Table(pad_edge=False, box=None, header_style="bold dim")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell), (colours or {}).get(cell, "")) for cell in row))
    if table.row_count:
        screen.print()
        screen.print(table)
