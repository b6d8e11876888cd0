"""What the formats have in common: the readings of a scan with what they mean."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from daq.journal.corrected import Corrections
from daq.journal.entry import Scan
from drivers.model import Channel, Status, Value

WORDS = {status: str(status) for status in Status}
"""Quality and reason of each status: ``good``, ``bad: timeout``."""


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One channel of a scan, as it is exported.

    Under a certificate ``value`` is corrected, ``uncorrected`` what was read, ``uncertainty`` the
    expanded one (None where none is stated) and ``certificate`` the number; without one the last
    three are empty.
    """

    channel: Channel
    value: Value
    quality: str
    uncorrected: Value = None
    uncertainty: float | None = None
    certificate: str = ""


class Rows:
    """Makes the readings of scans; what is the same for all scans of a series is made once."""

    def __init__(self) -> None:
        self._corrections = Corrections()

    def of(self, scan: Scan) -> Iterator[Reading]:
        """The readings of a scan, in the order of its channels."""
        evaluator = self._corrections.of(scan.series)
        channels, statuses = scan.series.key.channels, scan.statuses
        if evaluator is None:
            for channel, value, status in zip(channels, scan.values, statuses, strict=True):
                yield Reading(channel, value, WORDS[status])
            return
        found = evaluator(scan.values)
        certificates = {place: one.certificate for place, one in evaluator.places}
        for place, channel in enumerate(channels):
            number = certificates.get(place, "")
            yield Reading(
                channel,
                found.values[place],
                WORDS[statuses[place]],
                scan.values[place] if number else None,
                found.uncertainties[place],
                number,
            )


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
