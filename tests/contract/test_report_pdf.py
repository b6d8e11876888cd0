"""A report as PDF: a reader by other people finds in it what the page says."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from daq.report.pdf import to_pdf
from daq.web.text import LANGUAGES, Language
from tests.report_samples import SAID, emergency, made


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_pdf_says_the_same(tmp_path: Path, language: Language) -> None:
    path, name = await emergency(tmp_path)
    pages = PdfReader(io.BytesIO(to_pdf(made(path, name, language)))).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for fact in (name, "Relay K1 replaced", "Switch the heating off", *SAID[language]):
        assert fact.replace(" ", "") in text.replace(" ", ""), fact
    drawn = b"".join(page.get_contents().get_data() for page in pages)  # pyright: ignore[reportOptionalMemberAccess]
    assert drawn
