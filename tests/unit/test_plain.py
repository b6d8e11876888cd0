"""Text from outside, fit for a log line or a terminal."""

import logging

import pytest
from rich.console import Console

from daq.cli.tables import print_table
from daq.journal.announce import announce
from daq.journal.entry import Event
from daq.plain import one_line, printable

HOSTILE = "X1\x1b]0;owned\x07\r\nERROR forged: [/red] line\u2028\ud800"


def test_what_a_terminal_could_act_on_is_escaped() -> None:
    assert printable("21.5 °C 温度") == "21.5 °C 温度"
    assert printable(HOSTILE).isprintable()
    assert printable("\x1b[2J") == r"\x1b[2J"


def test_one_line_is_one_line_and_cut() -> None:
    assert one_line("a\r\n  b\tc") == "a b c"
    assert len(one_line("x" * 10**6)) == 300
    assert "\n" not in one_line(HOSTILE)


def test_an_event_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    event = Event(
        seq=1,
        time=1,
        kind="instrument-found",
        subject="x",
        severity="info",
        text=HOSTILE,
        data={},
    )
    with caplog.at_level(logging.INFO, "daq.events"):
        announce(event)
    (record,) = caplog.records
    assert record.getMessage().isprintable()


def test_a_table_shows_what_an_instrument_says_and_does_nothing_of_it() -> None:
    screen = Console(width=200, force_terminal=True, color_system=None, record=True)
    print_table(("a",), [(HOSTILE,)], screen=screen)
    text = screen.export_text()
    assert "[/red]" in text
    assert "\x1b" not in text
