"""What standard output is: a window, or something without width and without bars."""

import io
import os
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TypeVar

import pytest

from daq.cli.progress import progress, told, watched
from daq.cli.screens import UNBOUNDED, err, interactive, out

T = TypeVar("T", bound=io.StringIO)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def to(stream: T) -> Generator[T]:
    """Standard output and error in a test; pytest puts its own in place of those of a fixture."""
    with redirect_stdout(stream), redirect_stderr(stream):
        yield stream


@pytest.fixture(params=["", "1"], ids=["", "FORCE_COLOR"], autouse=True)
def _colours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    if request.param:
        monkeypatch.setenv("FORCE_COLOR", request.param)


def test_a_line_in_a_pipe_is_never_broken() -> None:
    with to(io.StringIO()) as pipe:
        assert out().width == err().width == UNBOUNDED
        out().print("word " * 1000)
    assert len(pipe.getvalue().splitlines()) == 1


def test_columns_hold_in_a_pipe_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with to(io.StringIO()):
        monkeypatch.setenv("COLUMNS", "60")
        assert out().width == 60
        for wrong in ("", "0", "wide", "-1"):
            monkeypatch.setenv("COLUMNS", wrong)
            assert out().width == UNBOUNDED


def test_a_pipe_gets_no_bar() -> None:
    with to(io.StringIO()) as pipe:
        with progress("exporting") as tell, told() as other, watched("requests", lambda: (1, 2)):
            assert tell is None
            assert other is None
        assert not pipe.getvalue()


def test_colours_are_decided_when_something_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    with to(io.StringIO()) as pipe:
        monkeypatch.setenv("FORCE_COLOR", "1")
        out().print("[red]x[/]")
        monkeypatch.delenv("FORCE_COLOR")
        out().print("[red]y[/]")
    assert "\x1b[31mx" in pipe.getvalue()
    assert pipe.getvalue().endswith("\ny\n")


@pytest.mark.parametrize(("term", "drawn"), [("xterm", True), ("dumb", False), ("", False)])
def test_a_dumb_terminal_is_not_drawn_on(
    monkeypatch: pytest.MonkeyPatch, term: str, *, drawn: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    assert interactive(Terminal()) is drawn
    monkeypatch.delenv("TERM")
    assert not interactive(Terminal())


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    monkeypatch.setenv("TERM", "xterm")
    with to(Terminal()) as stream:
        yield stream
    text = stream.getvalue()
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h"), "a cursor is left hidden"


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as screen, progress("exporting") as tell:
        assert tell is not None
        tell(3, 4)
    assert "exporting" in screen.getvalue()
    assert "75%" in screen.getvalue()


def test_a_bar_that_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as screen, watched("requests", lambda: (7, 5)):
        pass
    assert "5 of 5" in screen.getvalue(), "more than all is all"


def test_quiet_means_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as screen, progress("exporting", quiet=True) as tell:
        assert tell is None
    assert not screen.getvalue()


def test_the_environment_of_the_tests_wants_nothing() -> None:
    assert not {"COLUMNS", "NO_COLOR", "DAQ_CONFIG"} & os.environ.keys()
