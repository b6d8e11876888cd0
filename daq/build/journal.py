"""From the configuration to how the journal is kept."""

from daq.config.config import JournalConfig
from daq.journal.settings import JournalSettings


def journal_settings(journal: JournalConfig) -> JournalSettings:
    """The settings of the journal."""
    return JournalSettings(
        commit_interval=journal.commit_interval,
        max_size=journal.max_size,
        max_age=journal.max_age,
        when_full=journal.when_full,
    )
