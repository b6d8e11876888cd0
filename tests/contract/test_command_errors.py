"""Every error of the command line says where, what, and what to do next; no traceback."""

import errno
import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from daq.__main__ import COMMANDS, cli
from daq.cli.exits import guarded
from tests.journal_samples import append, running, series_key

CONFIG = """
site.name = "lab"
journal.path = "journal.db"
bus.line.port = "no-such-port"
bus.spare.port = "another-port"
instrument.meter = { profile = "eastron-sdm630", bus = "line", unit = 1, group.a.interval = "1s" }
sink.broker = { type = "mqtt", host = "127.0.0.1" }
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG)
    return path


def said(*words: str) -> tuple[int, str]:
    """The exit code of a command, and all it prints."""
    text = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with redirect_stdout(text), redirect_stderr(text):
        code = guarded(cli, words)
    return code, " ".join(text.buffer.getvalue().decode().split())


C = ("-c", "daq.toml")
CASES = [
    (
        "status -c gone.toml",
        3,
        "gone.toml: no such file; give the configuration with -c FILE",
    ),
    (
        "run gone.toml",
        3,
        "gone.toml: no such file; give the configuration as FILE",
    ),
    ("check gone.toml", 3, "gone.toml: cannot be read: No such file"),
    ("status -c daq.toml", 4, "no daemon answers at", "is `daq run` running"),
    ("status --watch -c daq.toml", 4, "no daemon answers at"),
    ("reload daq.toml", 4, "no daemon answers at"),
    ("tail -c daq.toml", 1, "journal.db: no such journal; `daq run` makes it"),
    ("export -c daq.toml", 1, "journal.db: no such journal; `daq run` makes it"),
    ("journal check daq.toml", 1, "no such journal; `daq run` makes it"),
    ("quarantine list -c daq.toml", 1, "no such journal; `daq run` makes it"),
    ("read metre -c daq.toml", 2, "no instrument 'metre' in daq.toml; did you mean meter?"),
    ("read x -c daq.toml", 2, "no instrument 'x' in daq.toml; there is: meter"),
    ("read meter -c daq.toml", 4, "meter: ", "no such port", "`daq scan` finds out"),
    ("record lime -c daq.toml -o x", 2, "no bus 'lime' in daq.toml; did you mean line?"),
    ("record spare -c daq.toml -o x", 2, "is on bus spare", "take a bus that has one"),
    ("record line -c daq.toml", 2, "Missing option '-o'", "Try 'daq record --help'"),
    ("record line -c daq.toml -o no/x", 1, "no/x: No such file", "a folder that exists"),
    ("record line -c daq.toml -o x --ring --for 1s", 2, "leave one out"),
    ("quarantine retry brokr --all -c daq.toml", 2, "no sink 'brokr'", "did you mean broker?"),
    ("quarantine retry broker -c daq.toml", 2, "or --all; `daq quarantine list` shows them"),
    ("quarantine retry broker x -c daq.toml", 2, "neither a number such as 4711 nor a range"),
    ("drivers show eastron-sdm63", 3, "no profile 'eastron-sdm63'", "did you mean"),
    ("drivers check gone.toml", 3, "gone.toml: cannot be read"),
    ("drivers show daq.toml", 3, "daq.toml:1: profile"),
    ("schema -o no/x", 1, "no/x: No such file", "a folder that exists"),
    ("scan foo", 2, "'foo' is neither", "`daq scan` alone lists the ports"),
    ("scan 127.0.0.1:9 --units 300", 2, "a unit is from 0 to 255 here, not 300"),
    ("scan --framing xyz 127.0.0.1:9", 2, "'xyz' is none of"),
    ("sim run gone", 1, "gone: No such file", "config/demo.toml has a [lab] to begin with"),
    ("sim start mettler", 2, "no model 'mettler'; did you mean mettler-sics", "`daq sim list`"),
    ("sim start mettler-sics -o foo=1", 1, "foo", "lists the options of each model"),
    ("sim start mettler-sics --pty a --tcp b", 2, "leave one out"),
    ("sim replay gone", 1, "gone: No such file", "`daq record BUS -o FILE` makes a recording"),
    (
        "sim replay daq.toml",
        1,
        "daq.toml:1: Input data was truncated",
        "`daq record BUS -o FILE` makes",
    ),
    ("sim state", 2, "which laboratory? Give --control PLACE", "DAQ_SIM_CONTROL"),
    ("sim state --control gone", 4, "no simulated lab answers at", "`daq sim run FILE --control"),
    ("sim cancel --control gone", 2, "`daq sim faults` lists the faults"),
    ("export -c daq.toml --from 5pm", 2, "'5pm' is no time; write"),
    ("tail -c daq.toml -n -1", 2, "-1 is not in the range x>=0"),
    ("stat", 2, "No such command 'stat'; did you mean status or"),
    ("xyzzy", 2, "No such command 'xyzzy'; `daq -h` lists them"),
    ("completion ksh", 2, "'ksh' is not one of 'bash', 'zsh', 'fish'"),
    ("uninstall-service --root gone", 1, "gone", "is not a folder"),
]


@pytest.mark.parametrize(("words", "code", "parts"), [(w, c, p) for w, c, *p in CASES])
@pytest.mark.usefixtures("config")
def test_what_is_wrong_and_what_to_do(words: str, code: int, parts: list[str]) -> None:
    found, text = said(*words.split())
    assert "Traceback" not in text
    for part in parts:
        assert part in text
    assert found == code, text


async def test_names_that_neither_configuration_nor_journal_has(config: Path) -> None:
    async with running(config.with_name("journal.db")) as journal:
        append(journal, journal.series(series_key("old-meter")), 0)
    code, text = said("tail", *C, "-i", "old-metre", "--no-follow")
    assert (code, "did you mean old-meter" in text) == (2, True), text
    assert said("tail", *C, "-i", "old-meter", "--no-follow")[0] == 0
    assert said("tail", *C, "--table", "--no-follow")[0] == 2
    code, text = said("export", *C, "-g", "powr")
    assert (code, "no scan group 'powr' in daq.toml; did you mean power?" in text) == (2, True)
    code, text = said("quarantine", "drop", "broker", "--all", *C)
    assert (code, "none of those is in quarantine for 'broker'" in text) == (2, True)


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0" + bytes(100), b"no journal" * 500])
@pytest.mark.parametrize("words", ["tail", "export", "journal check", "quarantine list"])
def test_a_journal_that_is_none(config: Path, words: str, damage: bytes) -> None:
    config.with_name("journal.db").write_bytes(damage)
    code, text = said(*words.split(), *(C if "check" not in words else C[1:]))
    assert code == 1, text
    assert str(config.with_name("journal.db")) in text
    assert "Traceback" not in text


async def test_an_export_of_nothing_says_what_there_is(config: Path, tmp_path: Path) -> None:
    async with running(config.with_name("journal.db")) as journal:
        append(journal, journal.series(series_key()), 0)
    config.write_text(CONFIG.replace('bus.spare.port = "another-port"', ""))
    output = str(tmp_path / "x.csv")
    code, text = said("export", *C, "--to", "2020-01-01", "-o", output)
    assert code == 0
    assert text == (
        "0 scans: none of those is in this period; the journal is from 2026-11-23T12:00:00 to "
        "2026-11-23T12:00:00 UTC"
    )
    assert said("export", *C, "-o", output)[1] == f"1 scans in {output}"
    assert said("export", *C, "-o", output, "--quiet") == (0, "")


def test_wrong_usage_says_where_help_is() -> None:
    for name in COMMANDS:
        code, text = said(name, "--no-such-option")
        assert code == 2
        assert "No such option" in text
        assert re.search(rf"Try 'daq {name}(?: \w+)? --help' for help", text), "or its usual part"


def test_an_error_nobody_expected_is_not_hidden() -> None:
    def lost() -> None:
        raise OSError(errno.ECONNRESET, "Connection reset")

    with pytest.raises(OSError, match="Connection reset"):
        guarded(click.Command("x", callback=lost), [])
