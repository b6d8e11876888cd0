"""Signals to a real process: stop, stop at once, and what a closed terminal means."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

WAIT = 60.0

PROGRAM = """
import asyncio
from daq.daemon import signals

async def main():
    signals.FORCE_AFTER = 0.2
    found = signals.Signals()
    done = [asyncio.create_task(event.wait(), name=name)
            for name, event in (("stop", found.stop), ("reload", found.reload))]
    write("ready")
    while True:
        over, _ = await asyncio.wait(done, return_when="FIRST_COMPLETED")
        write(*(task.get_name() for task in over))
        done = [task for task in done if task not in over]

def write(*words):
    with open(PATH, "a") as file:
        print(*words, file=file, flush=True)

asyncio.run(main())
"""


def program(path: Path) -> str:
    return PROGRAM.replace("PATH", repr(str(path)))


def wait_words(path: Path, words: str) -> None:
    limit = time.monotonic() + WAIT
    while not path.exists() or path.read_text().split() != words.split():
        assert time.monotonic() < limit, f"never: {words}"
        time.sleep(0.01)


def test_a_second_signal_to_stop_ends_it_at_once_but_not_one_that_comes_with_the_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "said"
    with subprocess.Popen([sys.executable, "-c", program(path)]) as process:
        try:
            wait_words(path, "ready")
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGTERM)
            wait_words(path, "ready stop")
            limit = time.monotonic() + WAIT
            assert process.poll() is None
            while process.poll() is None:
                assert time.monotonic() < limit
                time.sleep(0.3)
                process.send_signal(signal.SIGTERM)
            assert process.returncode == -signal.SIGTERM
        finally:
            process.kill()


def test_sighup_reloads(tmp_path: Path) -> None:
    path = tmp_path / "said"
    with subprocess.Popen(
        [sys.executable, "-c", program(path)], stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_words(path, "ready")
            process.send_signal(signal.SIGHUP)
            wait_words(path, "ready reload")
        finally:
            process.kill()


def test_what_was_started_in_a_terminal_stops_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "said"
    terminal, other = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program(path)],
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
    ) as process:
        os.close(other)
        try:
            wait_words(path, "ready")
            os.close(terminal)
            process.send_signal(signal.SIGHUP)  # as the kernel does for a controlling terminal
            wait_words(path, "ready stop")
        finally:
            process.kill()
