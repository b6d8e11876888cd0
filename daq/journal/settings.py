"""How a journal is kept."""

from typing import Literal, TypeAlias

import msgspec

WhenFull: TypeAlias = Literal["drop-oldest", "drop-new"]


class JournalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a journal is kept; times in seconds, sizes in bytes.

    ``commit_interval`` is how long an entry waits for others to be committed with it.
    ``max_size`` and ``max_age`` bound the file; ``when_full`` says what gives way at
    ``max_size`` and when ``max_pending`` bytes wait for a disk that does not take them.
    ``retention_interval`` is the time between two looks at the limits, ``patrol_interval``
    between two blocks of entries that are read to see whether they are intact,
    ``summary_interval`` between two looks for blocks that are complete and can be summarised.
    ``recent`` entries at most, of the last ``recent_commits`` commits, are kept in memory, so that
    a sink that keeps up reads without touching the file.
    """

    commit_interval: float = 0.1
    max_size: int = 10_000_000_000
    max_age: float = 400 * 86400.0
    when_full: WhenFull = "drop-oldest"
    max_pending: int = 32 * 1024 * 1024
    retention_interval: float = 10.0
    patrol_interval: float = 10.0
    summary_interval: float = 10.0
    recent: int = 2048
    recent_commits: int = 20
