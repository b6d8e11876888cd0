"""An annunciator that is a command: run whenever lamp and horn have to do something else."""

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import msgspec

from daq.alarms.beacon import Beacon
from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life
from daq.annunciator.choice import Choice
from daq.annunciator.diary import Diary
from daq.annunciator.errors import CommandFailedError
from daq.backoff import Backoff
from daq.pulse import Pulse

SAID = 300
"""Characters of what a command that fails says, at most."""

KEPT = 4096
"""Bytes that are read of it."""

ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that a command gets besides what it is about: nothing of the daemon's, no secret."""


class Settings(msgspec.Struct, frozen=True):
    """``argv`` is run as it stands, without a shell, in no less than ``every`` seconds.

    It is ended, with all it has started, after ``deadline`` seconds.
    """

    argv: Sequence[str]
    deadline: float = 10.0
    every: float = 1.0
    retry_longest: float = 60.0


class CommandAnnunciator:
    """Runs the command with the newest state; states that come meanwhile are passed over."""

    kind = "command"

    def __init__(self, diary: Diary, choice: Choice, settings: Settings) -> None:
        self.diary = diary
        self.pulse = Pulse(f"annunciator {diary.name}")
        self._choice, self._settings = choice, settings
        self._wanted: Beacon | None = None
        self._changed = asyncio.Event()
        self._backoff = Backoff(1.0, settings.retry_longest)

    def hear(self, alarms: Iterable[tuple[Sort, Life]]) -> None:
        """How all alarms are now."""
        wanted = self._choice.beacon(alarms)
        self._wanted = wanted
        if not self.diary.is_shown(wanted):
            self._changed.set()

    async def run(self) -> None:
        """Run the command whenever it is due, until cancelled."""
        while True:
            self.pulse.rest()
            await self._changed.wait()
            self._changed.clear()
            wait = await self._attempt()
            self.pulse.within(wait)
            await asyncio.sleep(wait)

    async def _attempt(self) -> float:
        """Seconds until the command may be run again."""
        wanted = self._wanted
        if wanted is None or self.diary.is_shown(wanted):
            return 0.0
        self.pulse.within(2 * self._settings.deadline + 5.0)
        try:
            await run_command(self._settings, told_in(wanted))
        except CommandFailedError as error:
            self.diary.failed(str(error), wanted)
            self._changed.set()
            return max(self._backoff.next(), self._settings.every)
        self._backoff.reset()
        self.diary.did(wanted)
        return self._settings.every


def told_in(beacon: Beacon) -> Mapping[str, str]:
    """The environment in which a command finds what it should do."""
    return {
        **ENVIRONMENT,
        "DAQ_STATE": beacon.state,
        "DAQ_LAMP": beacon.lamp,
        "DAQ_HORN": "on" if beacon.horn else "off",
        "DAQ_PRIORITY": beacon.priority,
        "DAQ_ALARM": beacon.alarm,
        "DAQ_UNACKNOWLEDGED": str(beacon.unacknowledged),
        "DAQ_ACTIVE": str(beacon.active),
    }


async def run_command(settings: Settings, environment: Mapping[str, str]) -> None:
    """Run a command to its end.

    Raises:
        CommandFailedError: it cannot be run, ends with another code than 0, or takes too long.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *settings.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise CommandFailedError(f"{settings.argv[0]}: {error.strerror}") from error
    try:
        async with asyncio.timeout(settings.deadline):
            said = await _said(process)
            code = await process.wait()
    except TimeoutError as error:
        took = f"{settings.argv[0]}: not done within {settings.deadline:g} s"
        raise CommandFailedError(took) from error
    finally:
        await _end(process)
    if code:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise CommandFailedError(f"{settings.argv[0]}: {how}{f': {said}' if said else ''}")


async def _said(process: asyncio.subprocess.Process) -> str:
    """The first of what it says on standard error; the rest is read and dropped."""
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    kept = b""
    while piece := await process.stderr.read(KEPT):
        kept = (kept + piece)[:KEPT]
    return " ".join(kept.decode("utf-8", "replace").split())[:SAID]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing of it goes on: it is the leader of a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()
