"""The series of a run in a report: the verdict, and every line that was ever filled."""

import pytest
from msgspec.structs import replace

from daq.method.conformity import Rule
from daq.report.section import Section
from daq.report.series import series_sections
from daq.report.text import Text
from daq.series.measured import Line, RunSeries
from daq.web.text import LANGUAGES, Language
from tests.journal_samples import NOON, NS
from tests.series_samples import FILL, RUN

LINES = (
    Line(number=1, time=NOON, entry=7, instrument="balance", reading=50.0, value=50.0, unit="g"),
    Line(
        number=2,
        time=NOON + NS,
        entry=8,
        instrument="balance",
        reading=51.0,
        value=50.95,
        unit="g",
        uncertainty=0.2,
        source="K-17",
        sample="A-2",
        struck=NOON + 2 * NS,
        struck_by="Li",
        struck_why="wrong sample",
    ),
    Line(
        number=2,
        time=NOON + 3 * NS,
        entry=9,
        instrument="balance",
        reading=50.45,
        value=50.4,
        unit="g",
        uncertainty=0.2,
        source="K-17",
    ),
)
SAID = {
    "en": ("no statement possible", "not all samples", "49.50 to 50.50 g", "conditional pass"),
    "zh": ("无法判定", "样品未全部测完", "49.50 至 50.50 g", "有条件合格"),
}


def sections(language: Language) -> tuple[Section, Section]:
    method = replace(FILL, unit="g", title="Filling", rule=Rule(form="conditional"))
    one = RunSeries(run=RUN, method=method, instrument="balance", begun=NOON, lines=LINES)
    verdict, lines = series_sections(one, Text(language))
    return verdict, lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_says_what_it_follows_from(language: Language) -> None:
    verdict, _ = sections(language)
    said, why, limits, _ = SAID[language]
    cells = {row[0]: row[1] for row in verdict.rows}
    assert "fill (Filling)" in verdict.title
    assert verdict.rows[0][1].startswith(said)
    assert why in verdict.rows[0][1]
    assert limits in cells.values()
    assert "2 / 3" in cells.values(), "measured, of planned: a struck line does not count"
    assert "50.20 g" in cells.values(), "the mean of 50.00 and 50.40"
    assert all(cells.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_there_and_says_when_it_does_not_count(language: Language) -> None:
    _, lines = sections(language)
    assert {len(row) for row in lines.rows} == {len(lines.head)}
    assert [row[0] for row in lines.rows] == ["1", "2", "2"]
    assert [row[4] for row in lines.rows] == ["50.00", "50.95", "50.40"]
    assert "wrong sample" in lines.rows[1][-1]
    assert lines.rows[2][8] == SAID[language][3], "50.40 is nearer to 50.50 than U = 0.2"
    assert lines.rows[2][9] == "84.1%", "Phi(0.1 / 0.1)"
