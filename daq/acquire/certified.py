"""What the certificates of a scan group do to its scans: their series, and their statuses.

The values stay as they were read. A group without a certificate has none of this.
"""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.dates import NEVER
from daq.journal.entry import Series, SeriesKey
from drivers.model import Status

Statuses: TypeAlias = tuple[Status, ...]


class Certified:
    """The certificates of one group, held against the instrument that answers.

    ``key`` names them all; ``series`` finds the series of a key.
    """

    def __init__(self, key: SeriesKey, series: Callable[[SeriesKey], Series]) -> None:
        self._key, self._find = key, series
        self._places = {channel.name: place for place, channel in enumerate(key.channels)}
        self._wrong: tuple[int, ...] = ()
        self._due: tuple[tuple[int, int], ...] = ()
        self._first = NEVER
        self.foreign: tuple[Calibration, ...] = ()
        """Those of another instrument than the one that answers."""
        self.series = self._settle(key.calibrations)

    def identified(self, serial_number: str) -> bool:
        """An instrument has said its serial number; whether what is foreign has changed by it."""
        found = serial_number.strip()
        ours = tuple(one for one in self._key.calibrations if one.is_of(found))
        before = self.foreign
        self.foreign = tuple(one for one in self._key.calibrations if one not in ours)
        if self.foreign != before:
            self.series = self._settle(ours)
        return self.foreign != before

    def judged(self, time: int, statuses: Statuses) -> Statuses:
        """The statuses of a scan, with what its certificates add to those that are good."""
        if time < self._first:
            return statuses
        marked = list(statuses)
        for due, place in self._due:
            if time >= due and not marked[place]:
                marked[place] = Status.CALIBRATION_DUE
        for place in self._wrong:
            if not marked[place]:
                marked[place] = Status.WRONG_CERTIFICATE
        return tuple(marked)

    def _settle(self, ours: tuple[Calibration, ...]) -> Series:
        self._due = tuple((one.due_time, self._places[one.channel]) for one in ours)
        self._wrong = tuple(self._places[one.channel] for one in self.foreign)
        # From then on there is something to look at.
        self._first = 0 if self._wrong else min((due for due, _ in self._due), default=NEVER)
        return self._find(msgspec.structs.replace(self._key, calibrations=ours))
