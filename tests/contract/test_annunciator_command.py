"""Real commands as annunciators: what they get, what becomes of failures, what is left."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from daq.alarms.board import Board, Sort
from daq.annunciator.choice import Choice
from daq.annunciator.command import CommandAnnunciator, Settings, run_command, told_in
from daq.annunciator.diary import Diary
from daq.annunciator.errors import CommandFailedError
from tests.journal_samples import NOON, until
from tests.unit.annunciator.test_annunciators import FLASHING, Events

KEEP = 'printf \'%s %s %s\\n\' "$DAQ_LAMP" "$DAQ_HORN" "$DAQ_ALARM" >> "$0"'


def board() -> Board:
    return Board([Sort(name="hot", priority="high"), Sort(name="fire", priority="critical")])


@asynccontextmanager
async def annunciator(
    *argv: str, **limits: float
) -> AsyncGenerator[tuple[CommandAnnunciator, Events]]:
    events = Events()
    made = CommandAnnunciator(
        Diary("tower", events, events.clock, names=True),
        Choice(frozenset({"high", "critical"})),
        Settings(argv, **{"every": 0.01, "retry_longest": 1.0, **limits}),
    )
    task = asyncio.create_task(made.run(), name="annunciator")
    try:
        yield made, events
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def test_it_is_run_for_each_state_and_no_more(tmp_path: Path) -> None:
    out, alarms = tmp_path / "out", board()
    async with annunciator("/bin/sh", "-c", KEEP, str(out)) as (made, events):
        made.hear(alarms)
        await until(lambda: lines(out) == ["off off "])
        await until(lambda: len(events.told) == 1)
        made.hear(alarms)
        alarms.apply("hot", "raised", NOON)
        made.hear(alarms)
        await until(lambda: len(events.told) == 2)
        alarms.apply("fire", "raised", NOON)
        made.hear(alarms)
        await until(lambda: len(events.told) == 3)
        for name in ("hot", "fire"):
            alarms.apply(name, "acknowledged", NOON)
        made.hear(alarms)
        await until(lambda: len(events.told) == 4)
    assert lines(out) == ["off off ", "flashing on hot", "flashing on fire", "steady off fire"]


async def test_of_many_states_the_newest_is_shown(tmp_path: Path) -> None:
    out, alarms = tmp_path / "out", board()
    async with annunciator("/bin/sh", "-c", f"{KEEP}; sleep 0.2", str(out)) as (made, events):
        made.hear(alarms)
        await until(lambda: len(lines(out)) == 1)
        for _ in range(50):
            alarms.apply("hot", "raised", NOON)
            made.hear(alarms)
            alarms.apply("hot", "returned", NOON)
            alarms.apply("hot", "acknowledged", NOON)
            made.hear(alarms)
        alarms.apply("fire", "raised", NOON)
        made.hear(alarms)
        await until(lambda: len(events.told) == 2)
    assert lines(out) == ["off off ", "flashing on fire"]


async def test_what_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = 'test -e "$0" || { echo "no lamp" >&2; touch "$0"; exit 3; }'
    async with annunciator("/bin/sh", "-c", script, str(out)) as (made, events):
        made.hear(board())
        await until(lambda: len(events.told) == 3)
    kinds = [kind for kind, _, _ in events.told]
    assert kinds == ["failed", "restored", "switched"]
    assert events.told[0][2]["reason"] == "/bin/sh: exit code 3: no lamp"


async def test_nothing_of_the_daemon_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAQ_MQTT_PASSWORD", "secret")
    script = (
        "import os, sys; "
        "assert 'DAQ_MQTT_PASSWORD' not in os.environ, os.environ; "
        "assert os.getcwd() == '/'; "
        "assert sys.stdin.read() == ''; "
        "assert len(os.listdir('/proc/self/fd')) <= 5, os.listdir('/proc/self/fd')"
    )
    await run_command(Settings((sys.executable, "-I", "-c", script)), told_in(FLASHING))


async def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = 'sleep 600 & echo $! > "$0"; echo $$ >> "$0"; trap "" TERM; wait'
    settings = Settings(("/bin/sh", "-c", script, str(pids)), deadline=1.0)
    with pytest.raises(CommandFailedError, match="not done within 1 s"):
        await run_command(settings, {})
    for pid in map(int, lines(pids)):
        await until(lambda pid=pid: not running(pid))


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_a_command_that_says_much_is_cut_short() -> None:
    script = "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1"
    with pytest.raises(CommandFailedError) as failed:
        await run_command(
            Settings(("/bin/sh", "-c", script), deadline=60.0), {"PATH": "/usr/bin:/bin"}
        )
    assert len(str(failed.value)) < 400


async def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandFailedError, match="/no/such: No such file or directory"):
        await run_command(Settings(("/no/such",)), {})
