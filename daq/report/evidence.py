"""The report of a run or a period: what was measured, with what, how complete, and by whom."""

from collections.abc import Mapping, Sequence

import msgspec

from daq.calibration.calibration import Calibration
from daq.evidence.completeness import Gap
from daq.evidence.episodes import Episode
from daq.evidence.material import Material
from daq.journal.entry import Event, SeriesKey
from daq.journal.reader import JournalReader
from daq.plot.chart import Sign
from daq.plot.limits import Limit
from daq.plot.stretch import Stretch
from daq.report.figures import figures
from daq.report.page import render
from daq.report.section import Section
from daq.report.text import Text

APART = 60
"""Of a chart's width so many signs can be told apart."""

MOST_GAPS = 100
MOST_EVENTS = 300
"""Lines of a table in the report; all are in the pack."""


class Laboratory(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration says: the laboratory, titles of instruments, limits of channels.

    ``limits`` are by instrument, then by ``group.channel``.
    """

    site: str
    address: str = ""
    titles: Mapping[str, str] = {}
    limits: Mapping[str, Mapping[str, Sequence[Limit]]] = {}


class Calibrated(msgspec.Struct, frozen=True):
    """A line of the table of certificates."""

    instrument: str
    asset: str
    one: Calibration
    unit: str


class Lost(msgspec.Struct, frozen=True):
    """A gap, and of which group."""

    group: str
    gap: Gap


def evidence_report(
    reader: JournalReader,
    material: Material,
    laboratory: Laboratory,
    text: Text,
    now: int,
    *,
    sections: Sequence[Section] = (),
) -> str:
    """The report as HTML, in the language of ``text``; ``now`` (ns) is when it is made.

    ``sections`` follow the numbers: steps of a programme, a series and its verdict.

    Raises:
        JournalError: the journal cannot be read.
    """
    subject = material.subject
    period = Stretch(start=subject.start, end=subject.end)
    keys = [series.key for series in material.series]
    names = sorted({*subject.instruments, *(key.instrument for key in keys)})
    gaps = _gaps(material)
    course = [event for event in material.events if _telling(event)]
    return render(
        "evidence.html",
        text,
        now,
        material=material,
        subject=subject,
        run=subject.run,
        laboratory=laboratory,
        names=names,
        keys=_newest(keys),
        calibrated=_calibrated(keys),
        units=_units(keys),
        sections=sections,
        figures=figures(
            reader,
            names,
            period,
            titles=laboratory.titles,
            signs=_signs(material, period),
            limits=laboratory.limits,
        ),
        gaps=gaps[:MOST_GAPS],
        more_gaps=max(len(gaps) - MOST_GAPS, 0),
        course=course[:MOST_EVENTS],
        more_events=max(len(course) - MOST_EVENTS, 0),
    )


def _newest(keys: Sequence[SeriesKey]) -> list[SeriesKey]:
    """One for each scan group, as it was last."""
    found = {(key.instrument, key.group): key for key in keys}
    return [found[name] for name in sorted(found)]


def _calibrated(keys: Sequence[SeriesKey]) -> list[Calibrated]:
    found: dict[tuple[str, str, str], Calibrated] = {}
    for key in keys:
        units = {one.name: one.display_unit or one.unit for one in key.channels}
        for one in key.calibrations:
            if one.channel in units:
                name = (key.instrument, one.channel, one.hash)
                found[name] = Calibrated(key.instrument, key.asset, one, units[one.channel])
    return [found[name] for name in sorted(found)]


def _units(keys: Sequence[SeriesKey]) -> dict[str, str]:
    """What people read for ``instrument.group.channel``; results have the code of the unit."""
    return {
        f"{key.instrument}.{key.group}.{channel.name}": channel.display_unit or channel.unit
        for key in keys
        for channel in key.channels
    }


def _gaps(material: Material) -> list[Lost]:
    found = [
        Lost(f"{one.instrument}.{one.group}", gap) for one in material.coverage for gap in one.gaps
    ]
    return sorted(found, key=lambda lost: (lost.gap.start, lost.group))


def _telling(event: Event) -> bool:
    return event.severity != "info" or event.kind in _SHOWN or event.kind.startswith("run-")


_SHOWN = frozenset(
    {"start", "stop", "configuration-changed", "certificate-in-force", "alarm-acknowledged"}
)


def _signs(material: Material, period: Stretch) -> list[Sign]:
    """Alarms by their number; what lies on one another becomes one."""
    apart = (period.end - period.start) // APART
    signs: list[Sign] = []
    for number, one in enumerate(material.episodes, 1):
        if not _within(one, period):
            continue
        if signs and one.raised - signs[-1].time < apart:
            if not signs[-1].label.endswith("+"):
                signs[-1] = Sign(signs[-1].time, f"{signs[-1].label}+")
        else:
            signs.append(Sign(one.raised, str(number)))
    return signs


def _within(one: Episode, period: Stretch) -> bool:
    return period.start <= one.raised < period.end
