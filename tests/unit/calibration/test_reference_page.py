"""docs/reference/calibration.md names every key a certificate may have."""

import re
from pathlib import Path

from pydantic import BaseModel

from daq.calibration.file import (
    CertificateKeys,
    ChannelKeys,
    CorrectionKeys,
    ItemKeys,
    PointKeys,
    UncertaintyKeys,
)

ROOT = Path(__file__).parents[3]
MODELS: tuple[type[BaseModel], ...] = (
    CertificateKeys,
    ChannelKeys,
    CorrectionKeys,
    ItemKeys,
    PointKeys,
    UncertaintyKeys,
)
KEYS = {key for model in MODELS for key in model.model_fields}


def test_every_key_is_explained_and_shown() -> None:
    page = (ROOT / "docs/reference/calibration.md").read_text("utf-8")
    table = page.partition("## The file")[2].partition("- **The correction")[0]
    assert KEYS - set(re.findall(r"\w+", table)) == set()
    example = (ROOT / "config/certificates/balance.toml").read_text("utf-8")
    assert KEYS - set(re.findall(r"\w+", example)) == set()
