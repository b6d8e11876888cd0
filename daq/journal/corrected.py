"""What scans come to under the certificates their series carries.

The journal keeps what was read; whoever shows or judges a value asks here
(docs/decisions/0033-calibration-in-the-series.md).
"""

import msgspec

from daq.calibration.evaluate import Evaluated, Evaluator, Values
from daq.journal.entry import Scan, Series, SeriesKey


def evaluator_of(key: SeriesKey) -> Evaluator | None:
    """What works out the scans of a series; None where nothing is calibrated."""
    if not key.calibrations:
        return None
    evaluator = Evaluator(key.channels, key.calibrations)
    return evaluator if evaluator.places else None


class Corrections:
    """Works out scans of any series; what is the same for all scans of one is made once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Series, Evaluator | None]] = {}

    def of(self, series: Series) -> Evaluator | None:
        """What works out the scans of a series; None where nothing is calibrated."""
        known = self._known.get(series.id)
        # A number means something else in another journal, or under another certificate.
        if known is None or (known[0] is not series and known[0] != series):
            known = self._known[series.id] = (series, evaluator_of(series.key))
        return known[1]

    def evaluated(self, scan: Scan) -> Evaluated | None:
        """Values and uncertainties; None where nothing is calibrated."""
        evaluator = self.of(scan.series)
        return None if evaluator is None else evaluator(scan.values)

    def values(self, scan: Scan) -> Values:
        """The values, corrected as far as they can be."""
        evaluated = self.evaluated(scan)
        return scan.values if evaluated is None else evaluated.values

    def scan(self, scan: Scan) -> Scan:
        """The scan with corrected values, for whoever shows it: never to be corrected again."""
        evaluated = self.evaluated(scan)
        return scan if evaluated is None else msgspec.structs.replace(scan, values=evaluated.values)
