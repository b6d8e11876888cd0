"""Every recording of a fault, replayed to the acquisition of the daemon, is taken as judged."""

import json
from pathlib import Path

import pytest

from tests.recording_case import FOLDER, played

CASES = sorted(path.parent for path in FOLDER.glob("*/recording.jsonl"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 3


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
async def test_a_recording_gives_the_scans_it_must(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text())
    found = await played(case, {name: len(scans) for name, scans in expected.items()})
    assert found == expected
