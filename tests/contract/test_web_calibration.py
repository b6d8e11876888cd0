"""The page of an instrument with a certificate."""

import asyncio
import time
from pathlib import Path

import pytest

from daq.journal.entry import SeriesKey
from tests.calibration_samples import calibrated_key, calibration
from tests.journal_samples import NS, good, running, series_key
from tests.web_site import site


async def page(folder: Path, key: SeriesKey, language: str) -> str:
    async with running(folder / "journal.db") as journal:
        journal.append_scan(journal.series(key), time.time_ns() - NS, (5.0, 2.0), good(2))
    async with site(folder, sign_in=False) as there, asyncio.timeout(30):
        text = ""
        while "<td class" not in text:  # until the journal has been read
            status, text = await there.get("/instrument/meter", **{"Accept-Language": language})
            assert status == 200
    return text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Calibration", "Expanded uncertainty", "overdue")),
        ("zh", ("校准", "扩展不确定度", "已过期")),
    ],
)
async def test_it_shows_certificate_correction_and_due_date(
    tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    text = await page(tmp_path, calibrated_key(calibration(due="2026-01-31")), language)
    for expected in (*words, "0815", "Example Calibration Ltd", "2026-01-31", "± 0.15"):
        assert expected in text


async def test_without_a_certificate_there_is_no_word_of_it(tmp_path: Path) -> None:
    assert "Calibration" not in await page(tmp_path, series_key(width=2), "en")
