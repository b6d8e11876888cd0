"""The demonstration, run as a newcomer runs it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.system.house import WAIT, daq

STOP = 2.0
"""Seconds within which Ctrl-C has stopped everything, as the README says."""


def test_unattended_it_reports_nothing_lost_and_values_that_agree() -> None:
    done = daq("demo", "--for", "20s", "--json", timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert summary["ok"]
    assert summary["lost"] == 0
    assert summary["journal_entries"] == summary["delivered_to_mqtt"]
    assert summary["agreement"]["deviating"] == 0
    assert summary["agreement"]["compared"] > 500
    instruments = summary["instruments"]
    assert set(instruments) == {
        *("mains", "furnace", "probes"),
        *("feeder", "multimeter", "balance", "climate"),
    }
    assert all(counts["good"] for counts in instruments.values())
    assert instruments["furnace"]["bad"], "the furnace is to misbehave visibly"


def _page(screen: bytes) -> bytes:
    """The page of which the screen says where it is; it comes up beside the daemon."""
    found = re.search(rb"http://127\.0\.0\.1:\d+/", screen)
    assert found
    limit = time.monotonic() + WAIT
    while True:
        try:
            with urllib.request.urlopen(found[0].decode(), timeout=WAIT) as answer:  # noqa: S310 - http, as found
                return bytes(answer.read())
        except OSError:
            assert time.monotonic() < limit
            time.sleep(0.1)


def _processes(folder: Path) -> list[str]:
    """Those whose temporary files go into this folder: the demonstration and all it started."""
    mark = f"TMPDIR={folder}".encode()
    return [entry.name for entry in Path("/proc").iterdir() if mark in _environment(entry)]


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # no process, or it has just ended
        return []


@pytest.mark.alone
def test_ctrl_c_stops_everything_within_two_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    process, master = _demo(tmp_path)
    screen = _read_until(master, b"good", limit=30)
    assert b"furnace" in screen
    assert b"Demonstration laboratory" in _page(screen)
    assert len(_processes(tmp_path)) > 1
    assert list(tmp_path.iterdir())
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest = _read_until(master, b" differ", limit=30)
    code = process.wait(30)
    took = time.monotonic() - begun
    os.close(master)
    assert code == 0, rest.decode(errors="replace")
    assert b" 0 lost" in rest
    assert took < STOP
    assert not _processes(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.alone
def test_a_window_that_is_closed_leaves_nothing_behind(tmp_path: Path) -> None:
    process, master = _demo(tmp_path)
    _read_until(master, b"good", limit=30)
    assert len(_processes(tmp_path)) > 1
    process.send_signal(signal.SIGHUP)
    os.close(master)
    process.wait(30)
    assert not _processes(tmp_path)
    assert not list(tmp_path.iterdir())


def _demo(folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """The demonstration in a window of its own, and what the window shows."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "daq", "demo"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            "LINES": "40",
            "TMPDIR": str(folder),
        },
    )
    os.close(slave)
    return process, master


def _read_until(master: int, word: bytes, limit: float) -> bytes:
    """Read the terminal until a word appears."""
    seen, deadline = b"", time.monotonic() + limit
    os.set_blocking(master, False)
    while word not in seen and time.monotonic() < deadline:
        try:
            seen += os.read(master, 65536)
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:
            break
    assert word in seen, seen.decode(errors="replace")
    return seen
