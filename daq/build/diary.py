"""From the configuration to the diary of the daemon's own state."""

from daq.build.snapshot import Snapshot
from daq.config.config import Config
from daq.daemon.parts import Part
from daq.health.diary import Diary
from daq.journal.journal import Journal


def diary_part(config: Config, journal: Journal, snapshot: Snapshot) -> dict[str, Part]:
    """The diary, by its name among the parts of the daemon; nothing when it is not wanted."""
    interval = config.health.interval
    return {} if interval is None else {"diary": Diary(journal, snapshot.take_in_full, interval)}
