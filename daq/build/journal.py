"""From the configuration to how the journal is kept, and how it does."""

from contextlib import suppress

from daq.config.config import JournalConfig
from daq.control.status import JournalStatus
from daq.journal.journal import Journal
from daq.journal.settings import JournalSettings


def journal_settings(journal: JournalConfig) -> JournalSettings:
    """The settings of the journal."""
    return JournalSettings(
        commit_interval=journal.commit_interval,
        max_size=journal.max_size,
        max_age=journal.max_age,
        when_full=journal.when_full,
        max_pending=journal.max_pending,
    )


def journal_status(config: JournalConfig, journal: Journal) -> JournalStatus:
    """How the journal does."""
    counters = journal.counters
    status = JournalStatus(
        path=str(config.path),
        size_bytes=_size(config),
        committed=journal.committed,
        trouble=journal.trouble or "",
        max_size=config.max_size,
        max_age=config.max_age,
        when_full=config.when_full,
        pending=journal.pending,
        commits=counters.commits,
        failed_commits=counters.failed_commits,
        dropped=counters.refused + counters.dropped_pending + counters.dropped_oldest,
        expired=counters.expired,
        undelivered=dict(counters.undelivered),
    )
    if journal.outlook is not None:
        status.used_bytes = journal.outlook.space.used
        status.room_bytes = journal.outlook.space.room
        status.growth = journal.outlook.rate
        status.full_by = journal.outlook.first or ""
        status.seconds_to_full = journal.outlook.seconds
    return status


def _size(config: JournalConfig) -> int:
    wal = config.path.with_name(config.path.name + "-wal")
    size = 0
    for file in (config.path, wal):
        with suppress(OSError):  # a disk that is gone has an event of its own
            size += file.stat().st_size
    return size
