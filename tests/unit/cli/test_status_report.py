"""The state of a daemon as people read it, on a screen of 80 columns."""

import io

from rich.console import Console
from rich.text import Text

from daq.cli.screens import UNBOUNDED
from daq.cli.status_report import print_status
from daq.control.status import DaemonStatus
from tests.status_samples import bus, daemon, instrument, journal, recipient, sink

FAILURES = "failures: 6 timeout, 1 checksum"


def shown(status: DaemonStatus, width: int = 80) -> list[str]:
    text = io.StringIO()
    print_status(status, Console(file=text, width=width, force_terminal=False, color_system=None))
    return text.getvalue().splitlines()


def row(page: list[str], name: str) -> str:
    """A table's row, its cells apart by one space."""
    (found,) = (" ".join(line.split()) for line in page if line.startswith(f"{name} "))
    return found


def test_when_all_is_well_it_says_so() -> None:
    page = shown(daemon())
    assert page[0] == "demo-lab: daq 0.1.0, pid 4242, up 3 h"
    assert page[1].startswith("configuration 0123456789ab, in force for ")
    assert page[2:6] == [
        "all well: 1 instrument on 1 bus, 1 sink",
        "sink broker: 1 entry in quarantine: daq quarantine list --sink broker",
        "journal: entry 4711, 2.5 MB of 10.0 GB, 5.4 MB/h, max_size reached in 77 d",
        "  /var/lib/daq/journal.db; room on disk 50.0 GB",
    ]
    assert row(page, "rs485-1") == "rs485-1 connected 42 % 190 3 4 1.0 ms 20.0 ms 500.0 ms"
    assert row(page, "mains") == "mains rs485-1 answering 1.0 s ago good 7"
    assert row(page, "broker") == "broker connected 192.0.2.7:1883 0 4711 1"


def test_what_is_wrong_comes_first_and_the_worst_of_it_at_the_top() -> None:
    status = daemon(
        [bus("a"), bus("b", "lost", "no such port")],
        [instrument("fine", "a"), instrument("dead", "a", "silent", "no answer")],
        [sink("history"), sink("broker", "away", "connection refused")],
        journal("no space left on device"),
    )
    page = shown(status)
    assert page[2:8] == [
        "journal: no space left on device",
        "bus b: no such port (since 60 min)",
        f"instrument dead: no reading of use for 4 min; no answer; {FAILURES} (since 5 min)",
        "sink broker: connection refused",
        "sink history: 1 entry in quarantine: daq quarantine list --sink history",
        "sink broker: 1 entry in quarantine: daq quarantine list --sink broker",
    ]
    names = " ".join(line.split()[0] for line in page[8:] if line and line[0] != " ")
    assert names == "journal: bus b a instrument dead fine sink broker history"
    assert row(page, "broker") == "broker away 192.0.2.7:1883 120 2 min 4711 1"


def test_tables_fit_a_terminal() -> None:
    name = "temperature-probe-7"
    status = daemon([bus("terminal-server-2")], [instrument(name, "terminal-server-2")] * 3)
    tables = shown(status)[6:]
    assert max(map(len, tables)) <= 80


def test_what_is_not_known_is_not_made_up() -> None:
    status = daemon()
    log = status.journal
    log.growth = log.seconds_to_full = None
    log.room_bytes = log.max_size = 0
    unseen = status.instruments[0]
    unseen.last_good, unseen.quality, unseen.state = 0, "", "unknown"
    status.sinks[0].lag_entries = 3
    status.sinks[0].lag_seconds = status.sinks[0].quarantined = None
    page = shown(status)
    assert "journal: entry 4711, 2.5 MB" in page
    assert row(page, "mains") == "mains rs485-1 unknown never 7"
    assert row(page, "broker") == "broker connected 192.0.2.7:1883 3 ? 4711 ?"


def columns(page: list[str], first: str) -> list[str]:
    """The names of a table's columns."""
    (head,) = (line for line in page if line.startswith(f"{first} ") and "state" in line)
    return [name for name in head.split("  ") if name.strip()]


def test_a_narrow_window_does_without_columns_in_their_order() -> None:
    status = daemon([bus("terminal-server-2")], [instrument("mains", "terminal-server-2")])
    wide, narrow, least = shown(status, 120), shown(status, 60), shown(status, 30)
    assert len(columns(wide, "bus")) == 9
    assert [name.strip() for name in columns(narrow, "bus")] == [
        *("bus", "state", "load", "skipped", "late", "max")
    ]
    assert [name.strip() for name in columns(least, "bus")] == ["bus", "state"]
    assert [name.strip() for name in columns(least, "instrument")][:2] == ["instrument", "state"]
    assert row(least, "mains").startswith("mains answering")


def test_in_a_pipe_no_line_is_broken_and_no_column_is_missing() -> None:
    name = "temperature-probe-of-the-climate-chamber-in-room-17"
    status = daemon([bus("b")], [instrument(name, "b", "silent", "no answer " * 20)])
    page = shown(status, UNBOUNDED)
    assert row(page, name) == f"{name} b silent 5 min ago bad: timeout 7"
    assert sum("no answer" in line for line in page) == 1


def test_colours_only_repeat_what_words_say() -> None:
    status = daemon([bus("b", "lost", "no such port")], [instrument("a", "b", "silent", "x")])
    text = io.StringIO()
    print_status(status, Console(file=text, width=80, force_terminal=True, color_system="standard"))
    coloured = text.getvalue()
    assert "\x1b[31m" in coloured
    assert Text.from_ansi(coloured).plain.split() == " ".join(shown(status)).split()


def test_who_is_told_has_a_table() -> None:
    status = daemon()
    status.recipients = [recipient(), recipient("chief", "wrong password")]
    page = shown(status, 120)
    assert any(line.startswith("recipient chief: cannot be told: wrong password") for line in page)
    words = [line.split() for line in page if line.startswith(("li ", "chief "))]
    assert words[0][:5] == ["li", "reachable", "0", "3", "4"]
    assert words[1][:5] == ["chief", "unreachable", "2", "3", "4"]
