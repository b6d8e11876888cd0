"""From the configuration to the part that archives days."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from daq.config.config import Config
from daq.daemon.parts import Part
from daq.journal.journal import Journal


def archive_part(
    config: Config, path: Path, journal: Journal, clock: Callable[[], int]
) -> Mapping[str, Part]:
    """The archivist of the configuration at ``path``; nothing without an archive."""
    folder = config.archive.path
    if folder is None:
        return {}
    # Imported now: a daemon without an archive has no use for it.
    from daq.daemon.archivist import Archivist, Work  # noqa: PLC0415

    argv = (sys.executable, "-m", "daq", "archive", "--quiet", "--config", str(path.absolute()))
    work = Work(argv=argv, environment=dict(os.environ), folder=folder)
    return {"archive": Archivist(journal, work, clock)}
