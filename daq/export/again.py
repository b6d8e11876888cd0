"""Scans as another certificate makes them; what is in the journal stays as it is."""

from collections.abc import Sequence

import msgspec

from daq.calibration.again import Judge, merged
from daq.calibration.calibration import Calibration
from daq.journal.entry import Scan, Series


class Again:
    """Puts calibrations into the place of those of the journal, for channels they are about.

    Scans of other instruments, and groups without any of those
    channels, are left out.
    """

    def __init__(self, instrument: str, wanted: Sequence[Calibration]) -> None:
        self._instrument = instrument
        self._wanted = {one.channel: one for one in wanted}
        self._known: dict[int, tuple[Series, Judge] | None] = {}

    def __call__(self, scan: Scan) -> Scan | None:
        """The scan under the other certificate; None when it is not about it."""
        if scan.series.id not in self._known:
            self._known[scan.series.id] = self._made(scan.series)
        known = self._known[scan.series.id]
        if known is None:
            return None
        series, judge = known
        return Scan(
            scan.seq,
            scan.time,
            series,
            scan.values,
            tuple(judge.statuses(scan.time, scan.statuses)),
        )

    def _made(self, series: Series) -> tuple[Series, Judge] | None:
        key = series.key
        places = {channel.name: place for place, channel in enumerate(key.channels)}
        ours = [one for name, one in self._wanted.items() if name in places]
        if key.instrument != self._instrument or not ours:
            return None
        calibrations = merged(key.calibrations, ours)
        changed = Series(series.id, msgspec.structs.replace(key, calibrations=calibrations))
        return changed, Judge({places[one.channel]: one.due_time for one in ours})
