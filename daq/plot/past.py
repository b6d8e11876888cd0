"""Reads the past of an instrument out of the journal, for charts and statistics."""

from collections.abc import Collection

from daq.journal.entry import Series
from daq.journal.reader import JournalReader
from daq.journal.trend.moments import Moments
from daq.journal.trend.read import TrendQuery
from daq.plot.course import Course, Sum, courses
from daq.plot.stretch import Stretch

POINTS = 480
"""Points a channel, each with its least and greatest: one for every second unit of a chart."""


def read_courses(
    reader: JournalReader, instrument: str, wanted: Collection[str], period: Stretch
) -> tuple[tuple[Course, Sum], ...]:
    """The courses of an instrument's channels, ``group.channel`` each.

    Raises:
        JournalError: the journal cannot be read.
    """
    parts = [
        (query.series.key, reader.trend(query))
        for query in _queries(reader, instrument, wanted, period)
    ]
    return courses(parts, period)


def read_moments(
    reader: JournalReader, instrument: str, wanted: Collection[str], period: Stretch
) -> dict[str, Moments]:
    """Exact statistics of the same channels; reads every scan of the period.

    Raises:
        JournalError: the journal cannot be read.
    """
    found: dict[str, Moments] = {}
    for query in _queries(reader, instrument, wanted, period):
        for name, moments in zip(query.channels, reader.moments(query), strict=True):
            key = f"{query.series.key.group}.{name}"
            found[key] = found.get(key, Moments()).and_then(moments)
    return found


def numeric(series: Series) -> list[str]:
    """The channels of a series that can be drawn, ``group.channel`` each."""
    key = series.key
    return [f"{key.group}.{one.name}" for one in key.channels if one.kind != "text"]


def _queries(
    reader: JournalReader, instrument: str, wanted: Collection[str], period: Stretch
) -> list[TrendQuery]:
    queries: list[TrendQuery] = []
    for series in reader.series():
        if series.key.instrument != instrument:
            continue
        prefix = len(series.key.group) + 1
        names = tuple(name[prefix:] for name in numeric(series) if name in wanted)
        if names:
            queries.append(TrendQuery(series, names, period.start, period.end, POINTS))
    return queries
