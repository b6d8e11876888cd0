"""A file that somebody named and that cannot be written."""

from pathlib import Path

from daq.errors import DaqError


class UnwritableError(DaqError):
    """A file cannot be written: which, why, and what is needed instead."""

    def __init__(self, path: Path, error: OSError, option: str = "") -> None:
        where = f"{option} {path}".strip()
        super().__init__(
            f"{where}: {error.strerror or error}; give a file in a folder that exists, may be "
            "written to, and has room"
        )
