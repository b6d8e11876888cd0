"""A series as CSV, one row for each line that was ever filled. Pure."""

import csv
import io
from collections.abc import Iterator

from daq.series.measured import Line, RunSeries
from daq.series.record import said
from daq.timefmt import rfc3339

COLUMNS = (
    "run",
    "method",
    "number",
    "sample",
    "time",
    "instrument",
    "reading",
    "value",
    "reported",
    "unit",
    "uncertainty",
    "k",
    "uncertainty_from",
    "statement",
    "conformance_probability",
    "risk",
    "entry",
    "by",
    "struck",
    "struck_by",
    "struck_why",
)
"""``value`` is corrected, ``reported`` is ``value`` rounded as the method says, ``uncertainty``
expanded with ``k``, ``risk`` that of the statement being wrong. ``struck`` is the time at which a
line was struck out, empty for one that counts. Times are UTC, RFC 3339."""


def to_csv(one: RunSeries) -> str:
    """The whole series, in the order in which lines were filled (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(tuple(map(_safe, _row(one, line))) for line in one.lines)
    return text.getvalue()


def _row(one: RunSeries, line: Line) -> Iterator[object]:
    assessed = one.assessed(line)
    yield from (one.run, one.method.name, line.number, line.sample, rfc3339(line.time))
    yield from (line.instrument, line.reading, line.value, one.method.show(line.value), line.unit)
    sure = line.uncertainty is not None
    yield from (line.uncertainty, line.k if sure else None, line.source, said(assessed.statement))
    yield from (_probability(assessed.conforming), _probability(assessed.risk))
    yield from (line.entry, line.by)
    yield from (rfc3339(line.struck) if line.struck else "", line.struck_by, line.struck_why)


def _probability(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _safe(value: object) -> object:
    """A spreadsheet takes text that begins like this for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value[:1] else value
