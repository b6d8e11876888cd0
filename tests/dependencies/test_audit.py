"""What the audit makes of pip-audit's answers. The audit itself is `make audit`."""

from datetime import date
from typing import Any

import pytest

from tests.dependencies.audit import Ignored, Verdict, judge, tell

TODAY = date(2026, 11, 23)
BUG = {"id": "PYSEC-1", "aliases": ["CVE-2026-1", "GHSA-1"], "fix_versions": ["1.2", "2.0"]}
SOUND: dict[str, Any] = {"name": "sound", "version": "1.0", "vulns": []}
BAD: dict[str, Any] = {"name": "bad", "version": "1.1", "vulns": [BUG]}
UNKNOWN: dict[str, Any] = {"name": "odd", "skip_reason": "Dependency not found on PyPI"}


def verdict(*packages: dict[str, Any], **ignored: Ignored) -> Verdict:
    listed = {key.replace("_", "-"): entry for key, entry in ignored.items()}
    return judge({"dependencies": packages}, listed, TODAY)


def test_a_vulnerability_is_told_with_its_cure() -> None:
    found = verdict(SOUND, BAD)
    assert found == Verdict(2, 2, ("bad 1.1: PYSEC-1, fixed in 1.2, 2.0",), ())
    assert "x: VULNERABLE: bad 1.1: PYSEC-1, fixed in 1.2, 2.0" in tell("x", found)


def test_what_could_not_be_looked_up_is_not_called_sound() -> None:
    found = verdict(UNKNOWN, UNKNOWN)
    assert (found.audited, found.packages, found.vulnerable) == (0, 2, ())
    assert tell("x", found)[0] == "x: 0 of 2 audited"
    assert any("NOT AUDITED: 2" in line for line in tell("x", found))


def test_when_all_was_looked_up_nothing_is_said_of_missing_ones() -> None:
    assert tell("x", verdict(SOUND)) == ["x: 1 of 1 audited"]


@pytest.mark.parametrize("name", ["PYSEC_1", "CVE_2026_1", "GHSA_1"])
def test_one_that_is_ignored_is_told_with_the_reason_until_its_day(name: str) -> None:
    found = verdict(BAD, **{name: Ignored("only the server", TODAY)})
    assert found.vulnerable == ()
    assert found.ignored == ("bad 1.1: PYSEC-1, fixed in 1.2, 2.0: only the server",)
    late = verdict(BAD, **{name: Ignored("only the server", date(2026, 11, 22))})
    assert late.vulnerable
