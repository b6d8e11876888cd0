"""The report of an incident, in both languages."""

import re
import sys
from pathlib import Path
from typing import get_args

import pytest

from daq.incidents.errors import IncidentError
from daq.incidents.past import find_incident, incidents_since
from daq.journal.reader import JournalReader
from daq.report.pdf import NoPdfError, to_pdf
from daq.report.text import words
from daq.report.traffic import Condition
from daq.web.text import LANGUAGES, Language
from tests.journal_samples import NOON, NS
from tests.report_samples import FACTS, SAID, emergency, made


def legible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<(style|svg).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_report_says_everything_in_either_language(
    tmp_path: Path, language: Language
) -> None:
    path, name = await emergency(tmp_path)
    html = made(path, name, language)
    text = legible(html)
    for fact in (name, *FACTS, *SAID[language][:4]):
        assert fact in text, fact
    assert "&lt;from above&gt;" in html
    assert "<script" not in html
    assert not re.findall(r'(?:src|href|url)\s*[=(]\s*"?(?!#)', html.replace("url(#", "")), "alone"
    assert html.count('class="sign"') == 2 * 2, "raised and opened in one, closed: line and letters"
    assert "27 27 27" in text, "the last bytes"
    assert "... (100)" in text
    assert "05 05" not in text, "only the last pieces"
    assert "350 40 64 88 " in text, "scans, least, mean, greatest of the readings"


async def test_an_open_incident_gives_a_preliminary_report(tmp_path: Path) -> None:
    path, name = await emergency(tmp_path, closed=False)
    text = legible(made(path, name, "en", NOON + 450 * NS))
    assert "preliminary" in text
    assert "6 min 30 s so far" in text
    assert "not done" in text


async def test_what_was_changed_or_lost_is_said(tmp_path: Path) -> None:
    path, name = await emergency(tmp_path)
    kept = tmp_path / "kept" / "x.b1.jsonl"
    kept.write_bytes(kept.read_bytes().replace(b'"2626"', b'"2627"'))
    assert "ALTERED" in legible(made(path, name, "en"))
    kept.write_bytes(b"{")
    assert "ALTERED" in legible(made(path, name, "en"))
    kept.unlink()
    assert "no longer there" in legible(made(path, name, "en"))
    kept.mkdir()
    assert "cannot be read" in legible(made(path, name, "en"))


async def test_the_journal_alone_knows_incidents(tmp_path: Path) -> None:
    path, name = await emergency(tmp_path)
    with JournalReader(path) as reader:
        (found,) = incidents_since(reader)
        assert found == find_incident(reader, name)
        assert (found.closed_by, found.alarms[0].state) == ("Wu", "normal")
        with pytest.raises(IncidentError, match="there is " + name):
            find_incident(reader, name[:-1] + "7")
        with pytest.raises(IncidentError, match="called by their day"):
            find_incident(reader, "fire")
        assert incidents_since(reader, NOON + 3600 * NS) == []


def test_without_weasyprint_a_pdf_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(NoPdfError, match=r"pip install 'lab-daq\[pdf\]'"):
        to_pdf("")


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(NoPdfError, match=r"libpango\): apt install libpango-1.0-0"):
        to_pdf("")


PUT_TOGETHER = (
    "gap.",
    "outcome.",
    "meaning.",
    "verdict.",
    "cause.",
    "how.",
    "unit.",
    "tick.",
    "priority.",
    "state.",
    "direction.",
    "column.",
    "series.",
    "series-why.",
    "statement.",
    "usage.",
    "usage-",
)
"""Tables whose keys are put together from what the journal says, or by a template."""


def test_both_languages_say_the_same_things_and_nothing_that_is_never_said() -> None:
    assert words("en").keys() == words("zh").keys()
    files = (*Path("daq/report").rglob("*.py"), *Path("daq/report").rglob("*.html"))
    source = " ".join(file.read_text("utf-8") for file in files)
    said = {key for key in words("en") if re.search(rf"['\"]{re.escape(key)}['\"]", source)}
    assert {key for key in words("en") if not key.startswith(PUT_TOGETHER)} - said <= CONDITIONS


CONDITIONS = {
    *(f"incident.{condition}" for condition in get_args(Condition)),
    *("incident.open", "incident.closed", "incident.rooms", "incident.groups", "incident.buses"),
}
