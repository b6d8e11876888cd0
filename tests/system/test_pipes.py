"""Commands in pipes and scripts: plain lines, no bars, and quiet when the reader leaves."""

import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from daq.demo.prepare import demo_source, write_demo_config
from tests.system.house import WAIT, running
from tests.system.terminal import window

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A laboratory that does not answer, and the daemon that asks for it."""
    folder = tmp_path_factory.mktemp("pipes")
    path = write_demo_config(demo_source(), folder)
    with running(folder / "run.log", "run", str(path)) as daemon:
        daemon.wait_text("site demo-lab")
        yield path
        daemon.stop()


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a user types, in bash, with `daq` on the path."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        "daq tail -n 100000 -c {0} | head -n 1",
        "daq tail -n 100000 --json -c {0} | head -n 1",
        "daq status --watch -c {0} | head -n 1",
        "daq status --watch --json -c {0} | head -n 1",
        "daq export -c {0} | head -n 1",
        "daq drivers list | head -n 1",
        "daq schema | head -n 1",
        "daq --help | head -n 1",
        "daq completion bash | head -n 1",
        "daq tail -c {0} 2>&1 | head -n 1",
    ],
)
def test_a_reader_that_leaves_ends_a_command_quietly(config: Path, command: str) -> None:
    done = shell(command.format(config))
    assert done.stderr in ("", done.stderr if "scans" in done.stderr else "")
    assert len(done.stdout.splitlines()) == 1
    assert done.returncode == 0


@pytest.mark.parametrize("command", ["status -c {0}", "tail -n 9 --no-follow -c {0}", "check {0}"])
def test_a_pipe_gets_plain_lines(config: Path, command: str) -> None:
    plain = shell(f"daq {command.format(config)} | cat", TERM="xterm-256color")
    assert not CONTROL.search(plain.stdout)
    for name in ("rs485-1", "multimeter-line"):
        lines = [line for line in plain.stdout.splitlines() if line.startswith(f"{name} ")]
        assert len(lines) == (1 if "status" in command else 0)
    coloured = shell(f"daq {command.format(config)} | cat", FORCE_COLOR="1", TERM="xterm")
    found = set(CONTROL.findall(coloured.stdout))
    assert found
    assert found == set(COLOUR.findall(coloured.stdout)), "colours alone, nothing is drawn"


def test_columns_of_the_environment_hold_for_tables_in_a_pipe(config: Path) -> None:
    """`watch daq status` reads a pipe as wide as its window."""
    done = shell(f"daq status -c {config} | grep -A5 '^bus  '", COLUMNS="60")
    assert max(map(len, done.stdout.splitlines())) <= 60
    assert "mean" not in done.stdout
    lines = shell(f"daq tail --no-follow -n 5 -c {config}", COLUMNS="20").stdout.splitlines()
    assert len(lines) == 5, "an entry stays a line"


def test_a_locale_without_a_degree_sign_ends_no_command(config: Path) -> None:
    done = shell("daq drivers show eurotherm-3000", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\xb0C" in done.stdout


@pytest.mark.parametrize("command", ["daq export -c {0}", "daq status -c {0}", "daq schema"])
def test_an_output_that_takes_nothing_is_told(config: Path, command: str) -> None:
    done = shell(command.format(config) + " > /dev/full")
    assert done.returncode == 1
    assert "No space left on device; make room, or write it elsewhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def on_terminal(*words: str, environment: dict[str, str] | None = None) -> str:
    """What a command draws on standard error when that is a terminal, and its output is not."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "daq", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **(environment or {})},
    ) as process:
        os.close(theirs)
        drawn = b""
        try:
            while chunk := os.read(ours, 65536):
                drawn += chunk
        except OSError:  # the other end is closed: it has ended
            pass
        finally:
            os.close(ours)
        assert process.wait(WAIT) in (0, 4)
    return drawn.decode()


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        ("export -c {0}", "exporting"),
        ("journal check {0}", "reading every entry"),
        ("scan 127.0.0.1:9 --for 2s", "0:00:0"),
    ],
)
def test_a_bar_is_for_a_terminal(config: Path, command: str, sign: str) -> None:
    words = command.format(config).split()
    drawn = on_terminal(*words)
    assert sign in drawn
    assert drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h"), "a cursor is left hidden"
    assert sign not in on_terminal(*words, "--quiet")
    assert sign not in on_terminal(*words, environment={"TERM": "dumb"})
    assert sign not in shell(f"daq {command.format(config)}", FORCE_COLOR="1").stderr


RECORDING = """\
{"format":"lab-daq-recording","version":1,"bus":"b","framing":"text","started":0,"line":{}}
{"t":0,"dir":"tx","hex":"53490d0a"}
{"t":1000000,"dir":"rx","hex":"530d0a"}
{"t":2000000,"dir":"tx","hex":"400d0a"}
{"t":3000000,"dir":"rx","hex":"490d0a"}
"""
"""`SI` is answered with `S`, `@` with `I`."""


def test_a_replay_counts_requests_and_tells_surprises_above_its_bar(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(RECORDING)
    command = f"daq sim replay {tmp_path}/r.jsonl --tcp 127.0.0.1:0"
    with window(tmp_path, 80, 20, command) as screen:
        (line,) = (each for each in screen.wait_text("0 of 2") if each.startswith("Playing at"))
        host, port = line.removeprefix("Playing at ").split(":")
        with socket.create_connection((host, int(port)), WAIT) as client:
            client.sendall(b"SI\r\n")
            assert client.recv(9) == b"S\r\n"
            screen.wait_text("1 of 2")
            client.sendall(b"XX\r\n")
            lines = screen.wait(lambda lines: any("XX" in line for line in lines))
        told = next(number for number, line in enumerate(lines) if "XX" in line)
        assert lines[told].startswith("daq: not in the recording:")
        assert lines[told + 1].startswith("requests")
        screen.press("C-c")
        lines = screen.wait_text("ended 0")
        assert not any(line.startswith("requests") for line in lines), "the bar is gone"
