"""The steps of a programme in a report, as an evaluation from the journal finds them."""

from pathlib import Path

import pytest
from msgspec.structs import asdict

from daq.journal.reader import JournalReader
from daq.programme.past import evaluate
from daq.report.programme import programme_sections
from daq.report.section import Section
from daq.report.text import Text
from daq.runs.past import find_run
from daq.runs.record import event_of
from daq.web.text import LANGUAGES, Language
from tests.journal_samples import running
from tests.programme_samples import (
    OVEN_RUN,
    oven_key,
    oven_measured,
    oven_programme,
    oven_started,
)


async def sections(folder: Path, language: Language) -> list[Section]:
    path = folder / "journal.db"
    async with running(path) as journal:
        fields = asdict(event_of(oven_started()))
        journal.append_event(
            fields.pop("kind"), fields.pop("subject"), fields.pop("text"), **fields
        )
        minutes = (minute for minute in range(63) if not 25 <= minute < 30)
        oven_measured(journal, journal.series(oven_key()), minutes)
    with JournalReader(path) as reader:
        found = evaluate(reader, find_run(reader, OVEN_RUN), oven_programme())
    return list(programme_sections(found, Text(language)))


VERDICTS = {"en": ("within", "deviated"), "zh": ("在容差内", "偏离")}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_step_is_a_row(tmp_path: Path, language: Language) -> None:
    steps, interrupted = await sections(tmp_path, language)
    within, deviated = VERDICTS[language]
    assert "oven" in steps.title
    assert len(steps.rows) >= 5
    assert {len(row) for row in steps.rows} == {len(steps.head)}
    verdicts = [row[-1] for row in steps.rows]
    assert verdicts[0] == within
    assert any(verdict.startswith(f"{deviated}: ") for verdict in verdicts), "90 degrees at 20 min"
    (gap,) = interrupted.rows
    assert Text(language).of("cause", "no-data") in gap
