"""Tables in windows of any width: columns go in their order, nothing is cut, all aligns."""

import io

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from daq.cli.tables import fitting, make_table, print_table

COLUMNS = ("name", "state", "count")
ROWS = [("rs485-1", "connected", "12"), ("b", "lost", "3456")]


def lines(table: Table, width: int) -> list[str]:
    text = io.StringIO()
    Console(file=text, width=width, force_terminal=False, color_system=None).print(table)
    return text.getvalue().splitlines()


def test_columns_go_one_after_the_other_until_the_rest_fits() -> None:
    drop = ("count", "state")
    assert fitting(COLUMNS, ROWS, drop, 25) == [0, 1, 2]
    assert fitting(COLUMNS, ROWS, drop, 24) == [0, 1]
    assert fitting(COLUMNS, ROWS, drop, 18) == [0, 1]
    assert fitting(COLUMNS, ROWS, drop, 17) == [0]
    assert fitting(COLUMNS, ROWS, drop, 1) == [0]
    assert fitting(COLUMNS, ROWS, (), 1) == [0, 1, 2]


def test_wide_characters_align() -> None:
    rows = [("一号电炉", "炉温 °C", "21.5"), ("balance", "g", "0.0001"), ("恒温箱2", "湿度", "45")]
    table = make_table(("instrument", "what", "value"), rows, right="value", room=80)
    page = lines(table, 80)
    starts = [
        cell_len(line[: line.index(row[1])]) for line, row in zip(page[1:], rows, strict=True)
    ]
    assert len(set(starts)) == 1
    assert len({cell_len(line.rstrip()) for line in page}) == 1, "values end in one column"


def test_a_wide_name_counts_as_what_it_takes() -> None:
    rows = [("恒温恒湿试验箱", "ok")]
    assert fitting(("name", "state"), rows, ("state",), 21) == [0, 1]
    assert fitting(("name", "state"), rows, ("state",), 20) == [0]


def test_what_never_fits_is_folded_but_no_number_is() -> None:
    table = make_table(
        ("name", "value"), [("a-very-long-name", "5.0004163")], right="value", room=20
    )
    page = lines(table, 20)
    assert max(map(len, page)) <= 20
    assert "5.0004163" in page[1]
    assert "".join(line[:9].strip() for line in page[1:]) == "a-very-long-name"


def test_a_cell_is_coloured_by_what_it_is_or_by_what_stands_before_its_colon() -> None:
    text = io.StringIO()
    screen = Console(file=text, width=80, force_terminal=True, color_system="standard")
    print_table(("q",), [("good",), ("bad: timeout",)], colours={"bad": "red"}, screen=screen)
    assert "\x1b[31mbad: timeout" in text.getvalue()
    assert "m" + "good" not in text.getvalue()


def test_a_table_without_rows_is_not_printed() -> None:
    text = io.StringIO()
    print_table(COLUMNS, [], screen=Console(file=text, width=80))
    assert not text.getvalue()
