"""The journal as the daemon uses it: appends at once, durable within a commit interval."""

import asyncio
import logging
import time as clocks
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from daq.journal.behalf import with_asker
from daq.journal.codec import Statuses, Values
from daq.journal.committed import Committed
from daq.journal.committer import Committer
from daq.journal.cursor import Cursor
from daq.journal.entry import Event, Series, SeriesKey, Severity
from daq.journal.errors import JournalError
from daq.journal.eventcodec import Data
from daq.journal.files import Files
from daq.journal.growth import Outlook
from daq.journal.intake import Intake
from daq.journal.limits import Limits
from daq.journal.losses import Counters, Losses
from daq.journal.patrol import Patrol
from daq.journal.retention import Retention
from daq.journal.settings import JournalSettings
from daq.journal.trend.keeper import SpanKeeper
from daq.pulse import Pulse

_log = logging.getLogger(__name__)


class Journal(Committed):
    """The one writer of a journal file. Made by ``open``; used from one event loop.

    Appending gives a sequence number at once and never blocks. ``run`` commits what was
    appended, and only then can it be read. While the disk does not take it, it waits in memory
    up to ``settings.max_pending``, ``trouble`` says why, and the commit is tried again.
    """

    def __init__(
        self,
        files: Files,
        settings: JournalSettings,
        clock: Callable[[], int],
    ) -> None:
        self.counters = Counters()
        intake = Intake(settings, clock, files.store.found, self.counters)
        interval = settings.commit_interval
        committer = Committer(files, intake, interval, self.counters, clock)
        super().__init__(files, intake, committer)
        self._settings, self._clock = settings, clock
        self._limits = Limits(
            files,
            self._intake,
            settings,
            Losses(settings.when_full, self.counters),
            Retention(files.store, settings, clock),
            self._committer.tell,
        )
        self.patrol = Patrol(files, settings.patrol_interval, self._committer.wake)
        self._spans = SpanKeeper(files, settings.summary_interval)
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: Path,
        settings: JournalSettings | None = None,
        clock: Callable[[], int] = clocks.time_ns,
    ) -> "Journal":
        """Open the journal for writing; make it when there is none.

        Raises:
            JournalLockedError: it is open for writing already.
            JournalSchemaError: it is no journal, or a newer version of the program wrote it.
            JournalError: it cannot be opened.
        """
        # Resolved, so that every name of the file leads to the same lock.
        files = await Files.open(path.resolve(), clock)
        return cls(files, settings or JournalSettings(), clock)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written at the moment; None when all is well."""
        return self._committer.trouble

    @property
    def pulse(self) -> Pulse:
        """The sign of life of what commits."""
        return self._committer.pulse

    @property
    def outlook(self) -> Outlook | None:
        """When the journal will be full; None before the first look at the limits."""
        return self._limits.outlook

    @property
    def pending(self) -> int:
        """How many entries have been appended and are not yet on disk."""
        return self._intake.pending

    @property
    def known(self) -> Collection[SeriesKey]:
        """What every series there has ever been in this journal means."""
        return self._intake.known

    def series(self, key: SeriesKey) -> Series:
        """The series with this key: the one the journal has, or a new one."""
        return self._intake.series(key)

    def append_scan(self, series: Series, time: int, values: Values, statuses: Statuses) -> int:
        """Append a scan; its sequence number, or 0 when there was no room and it is not kept.

        ``time`` is ns since 1970 UTC. NaN becomes None, of bad quality.

        Raises:
            ValueError: not one value and status for each channel, or no time in nanoseconds.
            TypeError: a value that is not a float, int, bool, str or None.
            JournalError: the journal is closed.
        """
        self._check_open()
        seq = self._intake.scan(series, time, values, statuses)
        self._committer.appended()
        return seq

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        """Append an event; its sequence number, or 0 when there was no room.

        Raises:
            TypeError: ``data`` holds something that is not a string, number, bool or None.
            JournalError: the journal is closed.
        """
        self._check_open()
        event = Event(
            seq=0,
            time=self._clock() if time is None else time,
            kind=kind,
            subject=subject,
            severity=severity,
            text=text,
            data=with_asker(kind, data),
        )
        seq = self._intake.event(event)
        self._committer.appended()
        return seq

    async def run(self) -> None:
        """Commit and keep the limits until cancelled; then commit what is pending."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._committer.keep(), name="journal-commit")
                group.create_task(self._limits.keep(), name="journal-retention")
                group.create_task(self.patrol.walk(), name="journal-patrol")
                group.create_task(self._spans.walk(), name="journal-summaries")
        finally:
            await self._committer.flush()

    def cursor(self, sink: str) -> Cursor | None:
        """How far a sink has got; None when it has never said."""
        self._limits.sinks.add(sink)
        return self._intake.cursors.get(sink)

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        """Keep how far a sink has got; durable with the next commit."""
        self._limits.sinks.add(sink)
        self._intake.save_cursor(sink, cursor)
        self._committer.wake()

    def hasten(self) -> None:
        """Commit what has been appended at once and not with the next interval."""
        self._committer.hasten()

    def retire(self, sink: str) -> None:
        """A sink is configured no more: its cursor stays, but what it has not got is no loss."""
        self._limits.sinks.discard(sink)

    def keep_within(self, *, max_size: int, max_age: float) -> None:
        """Change the limits (bytes, seconds); they hold from the next look at them on."""
        changed = msgspec.structs.replace(self._settings, max_size=max_size, max_age=max_age)
        self._settings = changed
        self._limits.change(changed)

    def hold(self, upto: int) -> None:
        """Delete nothing beyond this number for its age: no archive has it. Room goes before."""
        self._limits.hold(upto)

    def quarantine(self, sink: str, refused: Mapping[int, str]) -> None:
        """Keep which entries a sink refused for good, and why; durable with the next commit."""
        self._intake.quarantine(sink, refused)
        self._committer.wake()

    def release(self, sink: str, seqs: Sequence[int]) -> None:
        """Take entries of a sink out of quarantine; durable with the next commit."""
        self._intake.release(sink, seqs)
        self._committer.wake()

    async def close(self) -> None:
        """Commit what is pending and close; harmless when closed."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._committer.flush()
            if self._intake.pending:
                _log.error("%d entries are lost: %s", self._intake.pending, self.trouble)
        finally:
            await self._files.close()

    def _check_open(self) -> None:
        if self._closed:
            raise JournalError("the journal is closed")
