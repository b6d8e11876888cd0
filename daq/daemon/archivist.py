"""Has every day that is over archived, and lets the journal delete nothing before that.

A process of its own does the work: it needs pyarrow, and more memory than the daemon has.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from daq.annunciator.command import Settings, run_command
from daq.annunciator.errors import CommandFailedError
from daq.backoff import Backoff
from daq.evidence.archive.days import next_due
from daq.evidence.archive.folder import Archived, days_after, newest_day
from daq.evidence.errors import EvidenceError
from daq.journal import kinds
from daq.journal.journal import Journal

DEADLINE = 6 * 3600.0
"""Seconds all days that wait may take."""

SOONEST = 60.0
"""Seconds after a start: a daemon that has just begun has better things to do."""

RETRY_FIRST, RETRY_LONGEST = 60.0, 3600.0


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """``argv`` archives into ``folder``, with this environment; times in seconds."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    soonest: float = SOONEST
    retry_first: float = RETRY_FIRST


class Archivist:
    """Runs the command when a day is over; ``clock`` gives ns since 1970 UTC."""

    def __init__(self, journal: Journal, work: Work, clock: Callable[[], int]) -> None:
        self._journal, self.work, self._clock = journal, work, clock
        self._last = 0
        self._failing_since: float | None = None
        self._backoff = Backoff(work.retry_first, RETRY_LONGEST)
        # Before the journal first looks at the age of its entries.
        journal.hold(0)

    async def run(self) -> None:
        """Archive day by day, until cancelled."""
        try:
            self._held(await asyncio.to_thread(newest_day, self.work.folder))
        except EvidenceError as error:
            self._failed(str(error))
        await asyncio.sleep(self.work.soonest)
        while True:
            wait = await self._round()
            await asyncio.sleep(wait)

    async def _round(self) -> float:
        """Archive what is due; seconds until something is due again."""
        try:
            await run_command(
                Settings(argv=self.work.argv, deadline=DEADLINE), self.work.environment
            )
            days = await asyncio.to_thread(days_after, self.work.folder, self._last)
        except (CommandFailedError, EvidenceError) as error:
            self._failed(str(error))
            return self._backoff.next()
        self._succeeded()
        for day in days:
            self._tell(day)
            self._held(day)
        return max(next_due(self._clock()), 1.0)

    def _held(self, day: Archived | None) -> None:
        self._last = day.last if day else 0
        self._journal.hold(self._last)

    def _tell(self, day: Archived) -> None:
        missing = f", {day.missing} numbers are missing" if day.missing else ""
        self._journal.append_event(
            kinds.ARCHIVE_WRITTEN.name,
            "journal",
            f"{day.day} is archived: entries {day.first} to {day.last}{missing}",
            severity="warning" if day.missing else "info",
            data={
                "day": day.day,
                "first": day.first,
                "last": day.last,
                "entries": day.entries,
                "missing": day.missing,
                "sha256": day.sha256,
            },
        )

    def _failed(self, why: str) -> None:
        if self._failing_since is None:
            self._failing_since = time.monotonic()
            text = f"days that are over are not archived: {why}"
            self._journal.append_event(
                kinds.ARCHIVE_FAILED.name, "journal", text, severity="error", data={"error": why}
            )

    def _succeeded(self) -> None:
        self._backoff.reset()
        if self._failing_since is not None:
            seconds = time.monotonic() - self._failing_since
            self._failing_since = None
            self._journal.append_event(
                kinds.ARCHIVE_RESTORED.name,
                "journal",
                "days are archived again",
                data={"seconds": seconds},
            )
