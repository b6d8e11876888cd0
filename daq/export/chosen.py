"""Scans with only some of their channels, for an export of what somebody looks at."""

from collections.abc import Collection

import msgspec

from daq.journal.entry import Scan, Series


class Chosen:
    """Leaves ``group.channel`` that are wanted; everything when nothing is said."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._wanted = frozenset(wanted)
        self._known: dict[int, tuple[Series, tuple[int, ...]]] = {}

    def __call__(self, scan: Scan) -> Scan | None:
        """The scan with these channels alone; None when it has none of them."""
        if not self._wanted:
            return scan
        series, places = self._of(scan.series)
        if not places:
            return None
        return Scan(
            scan.seq,
            scan.time,
            series,
            tuple([scan.values[place] for place in places]),
            tuple([scan.statuses[place] for place in places]),
        )

    def _of(self, series: Series) -> tuple[Series, tuple[int, ...]]:
        if series.id not in self._known:
            key = series.key
            kept = tuple(
                place
                for place, channel in enumerate(key.channels)
                if f"{key.group}.{channel.name}" in self._wanted
            )
            channels = tuple(key.channels[place] for place in kept)
            names = {channel.name for channel in channels}
            calibrations = tuple(one for one in key.calibrations if one.channel in names)
            narrowed = Series(
                series.id,
                msgspec.structs.replace(key, channels=channels, calibrations=calibrations),
            )
            self._known[series.id] = (narrowed, kept)
        return self._known[series.id]
