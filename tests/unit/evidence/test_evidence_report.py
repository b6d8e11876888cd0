"""The report of a run, in both languages."""

import re
from pathlib import Path

import pytest

from daq.evidence.subject import subject_of_run
from daq.journal.reader import JournalReader
from daq.plot.limits import Limit
from daq.report.evidence import Laboratory, evidence_report
from daq.report.section import Section
from daq.report.text import Text
from daq.runs.past import find_run
from daq.web.text import LANGUAGES, Language
from tests.evidence_samples import CONFIGURATION, END, MADE, NUMBER, journal_of_a_run, material_of

SECTION = Section(title="Steps", note="as planned", head=["step", "verdict"], rows=[["1", "<ok>"]])
SAID = {
    "en": ("expected scans 180 are there", "daemon cut off", "completed", "End of report", "Page"),
    "zh": ("应有扫描 200 次", "采集程序中断", "已完成", "报告 20261123-1 结束"),
}
FACTS = (
    *(NUMBER, "Lab 7", "S-0815 &lt;1&gt;", "4711", "Wang", "within tolerance", "door opened"),
    *("2026-0815", "Example Calibration Ltd", "2090-03-12", "EM-0012", CONFIGURATION),
    *("balance.weighing.weight", "21 g", "on my way", "&lt;ok&gt;", "as planned"),
)


def made(path: Path, language: Language) -> str:
    limits = {"meter": {"power.c1": [Limit("heavy", "high", 80.0, above=True)]}}
    laboratory = Laboratory(site="Lab 7", titles={"meter": "Power meter"}, limits=limits)
    with JournalReader(path) as reader:
        subject = subject_of_run(find_run(reader, NUMBER), MADE)
        material = material_of(path, subject)
        text = Text(language)
        return evidence_report(reader, material, laboratory, text, MADE, sections=[SECTION])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_report_says_everything(tmp_path: Path, language: Language) -> None:
    html = made(await journal_of_a_run(tmp_path), language)
    flat = re.sub(r"\s+", " ", html)
    for fact in (*FACTS, *SAID[language]):
        assert fact in flat, fact
    assert "<script" not in html
    assert html.count('<svg class="chart"') == 2
    assert '"limit' in html, "the limit of the alarm is drawn"
    assert "<td>gram</td>" in flat, "the unit people read, not its code"
    assert "10</td>" in flat, "scans that are missing"


async def test_a_run_that_goes_on_is_preliminary(tmp_path: Path) -> None:
    path = await journal_of_a_run(tmp_path)
    with JournalReader(path) as reader:
        run = find_run(reader, NUMBER)
        assert subject_of_run(run, MADE).end == END
