"""The served log: what every reply said, as the truth an audit compares with."""

from collections import deque
from pathlib import Path
from typing import BinaryIO

import msgspec

from simulators.device import Value
from simulators.tally import Tally

KEPT = 1000
"""Replies kept in memory for whoever asks what was said."""


class Served(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reply that was sent whole and undamaged.

    ``time`` is when the values were taken, ns since 1970 UTC; ``values`` are the channels told,
    as they stood on the wire; ``late`` is true when the reply was held back by a fault.
    """

    time: int
    device: str
    values: dict[str, Value]
    request: str
    late: bool = False


class ServedLog:
    """Appends served replies to a file, one JSON object a line; without a path it forgets them."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._lines: list[bytes] = []
        self.recent: deque[Served] = deque(maxlen=KEPT)
        """The latest replies of all devices, oldest first."""
        self._encode = msgspec.json.Encoder().encode
        self.tallies: dict[str, Tally] = {}
        """Counts by device; of those that have said anything."""

    def open(self) -> None:
        """Open the file for appending.

        Raises:
            OSError: it cannot be written.
        """
        if self._path is not None:
            self._file = self._path.open("ab")

    def count(self, device: str, *, struck: bool) -> None:
        """Count a reply that a device has made, and whether a fault strikes it."""
        tally = self.tallies.setdefault(device, Tally())
        tally.replies += 1
        tally.struck += struck

    def add(self, served: Served) -> None:
        """Keep one line for the next flush."""
        self.tallies.setdefault(served.device, Tally()).served += 1
        self.recent.append(served)
        if self._file is not None:
            self._lines.append(self._encode(served))

    def flush(self) -> None:
        """Write what has been kept."""
        if self._file is not None and self._lines:
            self._file.write(b"\n".join(self._lines) + b"\n")
            self._file.flush()
            self._lines.clear()

    def close(self) -> None:
        """Write the rest and close; harmless when closed."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None
