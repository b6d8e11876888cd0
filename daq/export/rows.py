"""What the formats have in common: the readings of a scan with what they mean."""

from typing import Protocol

from daq.journal.entry import Scan
from drivers.model import Status

WORDS = {status: str(status) for status in Status}
"""Quality and reason of each status: ``good``, ``bad: timeout``."""


class ScanWriter(Protocol):
    """One format, writing to one stream."""

    def write(self, scan: Scan) -> None:
        """Take the next scan."""
        ...

    def finish(self) -> None:
        """Write what is held back; the stream stays open."""
        ...

    def release(self) -> None:
        """Let go of the stream, finished or not; nothing is written to it from here on."""
        ...
