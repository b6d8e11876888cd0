"""Line protocol, for an InfluxDB: scans that another certificate evaluates."""

from typing import BinaryIO

from daq.deliver.lineprotocol import Encoder
from daq.journal.entry import Scan

MEASUREMENT = "scan_evaluated"
"""A measurement of its own: no query of ``scan`` finds a second value for the same moment."""


class LineWriter:
    """A line for each scan, with the tag ``evaluation``."""

    def __init__(self, stream: BinaryIO, site: str, evaluation: str) -> None:
        self._stream = stream
        self._encoder = Encoder(site, MEASUREMENT, evaluation=evaluation)

    def write(self, scan: Scan) -> None:
        """One line."""
        self._stream.write(self._encoder.encode(scan).data + b"\n")

    def finish(self) -> None:
        """Nothing is held back."""

    def release(self) -> None:
        """Nothing is held."""
