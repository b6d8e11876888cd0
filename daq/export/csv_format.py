"""CSV: a line for each reading, so that instruments of any kind share one table."""

import csv
import io
from typing import BinaryIO

from daq.export.rows import Rows
from daq.journal.entry import Scan
from daq.timefmt import rfc3339
from drivers.model import Value

COLUMNS = (
    "time",
    "instrument",
    "group",
    "channel",
    "value",
    "unit",
    "quality",
    "asset",
    "seq",
    "uncorrected",
    "uncertainty",
    "certificate",
    "evaluation",
)

_AT_ONCE = 64 * 1024


class CsvWriter:
    """UTF-8, comma, header line, LF. A missing value is empty; floats have every digit."""

    def __init__(self, stream: BinaryIO, evaluation: str = "") -> None:
        self._stream, self._evaluation = stream, evaluation
        self._rows = Rows()
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(COLUMNS)

    def write(self, scan: Scan) -> None:
        """A line for each channel."""
        key, time = scan.series.key, rfc3339(scan.time)
        self._csv.writerows(
            [
                (
                    time,
                    key.instrument,
                    key.group,
                    one.channel.name,
                    _plain(one.value),
                    one.channel.unit,
                    one.quality,
                    key.asset,
                    scan.seq,
                    _plain(one.uncorrected),
                    one.uncertainty,
                    one.certificate,
                    self._evaluation,
                )
                for one in self._rows.of(scan)
            ]
        )
        if self._text.tell() >= _AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Hand the last lines to the stream."""
        # A lone surrogate (bytes of an instrument that are not text) is written escaped.
        self._stream.write(self._text.getvalue().encode("utf-8", "backslashreplace"))
        self._text.seek(0)
        self._text.truncate()

    def release(self) -> None:
        """Nothing is held."""


def _plain(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
