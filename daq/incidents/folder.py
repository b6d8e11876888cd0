"""Where the traffic that is kept with incidents lies."""

from pathlib import Path


def folder_beside(journal: Path) -> Path:
    """The folder of incidents of the journal in this file."""
    return journal.with_suffix(".incidents")
