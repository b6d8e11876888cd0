"""`daq tail` and `daq status` in real windows of any size, over a laboratory that runs."""

from collections.abc import Generator
from pathlib import Path

import pytest

from daq.demo.prepare import demo_source, write_demo_config
from tests.system.house import running
from tests.system.terminal import widest, window

WIDTHS = (60, 80, 120, 200)
TITLE = "一号管式炉"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The demonstration with one title in Chinese, and its daemon; its configuration."""
    folder = tmp_path_factory.mktemp("terminal")
    source = demo_source().replace("Tube furnace", TITLE)
    config = write_demo_config(source, folder)
    with running(folder / "sim.log", "sim", "run", str(config)) as simulators:
        simulators.wait_text("Ctrl-C")
        with running(folder / "run.log", "run", str(config)) as daemon:
            daemon.wait_text("instrument-found: climate")
            yield config
            daemon.stop()
        simulators.stop()


def head(lines: list[str], first: str) -> list[str]:
    """The names of the columns of the table that begins so."""
    (line,) = (line for line in lines if line.startswith(f"{first}  "))
    return [name.strip() for name in line.split("  ") if name.strip()]


@pytest.mark.parametrize("width", WIDTHS)
def test_tail_fits_the_window(laboratory: Path, tmp_path: Path, width: int) -> None:
    with window(tmp_path, width, 40, f"daq tail -c {laboratory}") as screen:
        lines = screen.wait(
            lambda lines: any(line.startswith("climate") and "%RH" in line for line in lines)
        )
        assert lines[0].startswith("demo-lab")
        names = head(lines, "instrument")
        essential = ("instrument", "channel", "value", "unit", "quality")
        assert [name for name in names if name in essential] == list(essential)
        # In between it depends on how wide the values happen to be.
        assert "what it is" in names or width < 200
        assert "what it is" not in names or width > 80
        assert "age" in names or width < 80
        assert widest(lines) <= width
        climate = next(line.split() for line in lines if line.startswith("climate"))
        assert {"humidity", "%RH"} < set(climate)
        screen.press("C-c")
        assert screen.wait_text("ended 130")


def test_wide_titles_align(laboratory: Path, tmp_path: Path) -> None:
    with window(tmp_path, 200, 40, f"daq tail -c {laboratory}") as screen:
        lines = screen.wait_text(TITLE)
        (furnace,) = (line for line in lines if TITLE in line)
        (feeder,) = (line for line in lines if line.startswith("feeder"))
        # tmux gives a wide character its two columns but one place in the text.
        wide = len(TITLE)
        assert furnace.index("control") + wide == feeder.index("power")


def test_the_window_may_become_narrow_and_wide_again(laboratory: Path, tmp_path: Path) -> None:
    with window(tmp_path, 160, 40, f"daq tail -c {laboratory}") as screen:
        screen.wait_text("what it is")
        screen.resize(60, 20)
        lines = screen.wait(
            lambda lines: (
                lines[0].startswith("demo-lab") and not any("what it is" in line for line in lines)
            )
        )
        assert widest(lines) <= 60
        screen.resize(160, 40)
        screen.wait_text("what it is")


def test_a_watched_status_is_drawn_anew(laboratory: Path, tmp_path: Path) -> None:
    with window(tmp_path, 100, 40, f"daq status --watch -c {laboratory}") as screen:
        first = screen.wait_text("last good")
        screen.wait(lambda lines: lines != first)
        assert widest(screen.lines()) <= 100
        screen.press("C-c")
        screen.wait_text("ended 130")


@pytest.mark.parametrize("width", WIDTHS)
def test_status_fits_the_window(laboratory: Path, tmp_path: Path, width: int) -> None:
    with window(tmp_path, width, 50, f"daq status -c {laboratory}") as screen:
        lines = screen.wait_text("ended")
        # One line each, whatever the width: no name is folded, no column half there.
        for name in ("rs485-1", "multimeter-line"):
            assert sum(line.startswith(name) for line in lines) == 1
        names = head(lines, "bus")
        assert names[:2] == ["bus", "state"]
        assert "mean" in names or width < 120
        assert "mean" not in names or width > 60
        assert head(lines, "instrument")[1 if width < 80 else 2] == "state"
        assert widest(lines) <= width


def test_no_colour_and_no_drawing_where_none_is_wanted(laboratory: Path, tmp_path: Path) -> None:
    command = f"daq tail -n 3 -c {laboratory}"
    with window(tmp_path, 80, 40, command, NO_COLOR="1") as screen:
        screen.wait_text("good")
        text = "\n".join(screen.lines(coloured=True))
        assert "\x1b[32m" not in text
        assert "\x1b[31m" not in text
    with window(tmp_path, 80, 40, f"TERM=dumb {command} --no-follow") as screen:
        lines = screen.wait_text("ended 0")
        assert not any(line.startswith("instrument  ") for line in lines), "lines, no table"


def test_a_daemon_that_has_ended_leaves_stale_values(tmp_path: Path) -> None:
    config = write_demo_config(demo_source(), tmp_path)
    with running(tmp_path / "run.log", "run", str(config)) as daemon:
        daemon.wait_text("site demo-lab")
        daemon.stop()
    with window(tmp_path, 120, 50, f"daq tail -c {config}") as screen:
        lines = screen.wait_text("does the daemon run?")
        assert not any(" good " in line for line in lines)
        assert any("info stop: " in line for line in lines), "what happened is below"


def test_the_table_is_green_and_says_good(laboratory: Path, tmp_path: Path) -> None:
    with window(tmp_path, 100, 40, f"daq tail -c {laboratory}") as screen:
        screen.wait(lambda lines: any("\x1b[32mgood" in line for line in lines), coloured=True)


def test_a_watch_goes_on_when_the_daemon_is_away(tmp_path: Path) -> None:
    config = write_demo_config(demo_source(), tmp_path)
    with running(tmp_path / "run.log", "run", str(config)) as daemon:
        daemon.wait_text("site demo-lab")
        with window(tmp_path, 100, 40, f"daq status --live -c {config}") as screen:
            screen.wait_text("demo-lab: daq")
            daemon.stop()
            lines = screen.wait_text("no daemon for")
            assert any("is `daq run`" in line for line in lines)
            screen.wait_text("no daemon for 2")
            with running(tmp_path / "run.log", "run", str(config)):
                screen.wait(lambda lines: lines[0].startswith("demo-lab: daq"))
