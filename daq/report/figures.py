"""The readings of instruments as charts with their statistics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec
from markupsafe import Markup

from daq.journal.reader import JournalReader
from daq.plot.chart import Sign, draw, lay_out
from daq.plot.course import Course, Sum
from daq.plot.limits import Limit
from daq.plot.past import numeric, read_courses
from daq.plot.stretch import Stretch
from daq.report.page import chart_style

Limits: TypeAlias = Mapping[str, Sequence[Limit]]
"""The limits of channels, by ``group.channel``."""

MOST = 8
"""Courses in one chart: as many as there are colours."""


class Row(msgspec.Struct, frozen=True):
    """A channel of a chart: ``colour`` numbers its line, ``flaws`` counts stretches not good."""

    course: Course
    sum: Sum
    colour: int
    flaws: int


class Figure(msgspec.Struct, frozen=True):
    """One chart and what belongs to it; ``name`` and ``title`` are the instrument's."""

    name: str
    title: str
    drawing: Markup
    rows: tuple[Row, ...]


def figures(
    reader: JournalReader,
    instruments: Iterable[str],
    period: Stretch,
    *,
    titles: Mapping[str, str],
    signs: Sequence[Sign] = (),
    limits: Mapping[str, Limits] | None = None,
) -> list[Figure]:
    """A chart for every eight channels of each instrument that has readings then.

    ``limits`` of alarms are by instrument, then by ``group.channel``.

    Raises:
        JournalError: the journal cannot be read.
    """
    return [
        figure
        for name in instruments
        for figure in _of_one(
            reader, name, period, titles.get(name, ""), signs, (limits or {}).get(name)
        )
    ]


def _of_one(
    reader: JournalReader,
    name: str,
    period: Stretch,
    title: str,
    signs: Sequence[Sign],
    limits: Limits | None,
) -> Iterator[Figure]:
    wanted = {
        channel
        for series in reader.series()
        if series.key.instrument == name
        for channel in numeric(series)
    }
    found = [pair for pair in read_courses(reader, name, wanted, period) if pair[1].scans]
    for first in range(0, len(found), MOST):
        some = found[first : first + MOST]
        chart = lay_out([course for course, _ in some], period, title or name, signs, limits)
        rows = tuple(_row(number, *pair) for number, pair in enumerate(some))
        yield Figure(name, title, draw(chart, chart_style()), rows)


def _row(number: int, course: Course, total: Sum) -> Row:
    return Row(course, total, number, len(course.marks))
