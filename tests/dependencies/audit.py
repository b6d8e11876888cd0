"""Looks the pinned dependencies up among known vulnerabilities, and says what it could not look up.

    python -m tests.dependencies.audit .lock/demo.txt .lock/test.txt

pip-audit asks PyPI. Where nobody answers, or an index answers that has no vulnerabilities, it calls
every package unknown and the whole free of faults: here that is said as what it is, "0 of 58
audited". It is no error, since a laboratory's network may be closed; a vulnerability is one.

``ignored.toml`` lists, by id, those that do not concern us, each with the reason and the day on
which somebody has to look again.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

DEADLINE = 60.0
"""Seconds a file may take."""

IGNORED = Path(__file__).parent / "ignored.toml"

FOUND = 1
"""pip-audit's exit code when it has found something; also when it broke, and then without JSON."""


class Ignored(msgspec.Struct, frozen=True):
    """Why a vulnerability does not concern us, and until when that is believed."""

    reason: str
    until: date


class Verdict(msgspec.Struct, frozen=True):
    """What is known of the packages of a file."""

    packages: int
    audited: int
    vulnerable: tuple[str, ...]
    ignored: tuple[str, ...]


def judge(report: Mapping[str, Any], ignored: Mapping[str, Ignored], today: date) -> Verdict:
    """What a report of pip-audit in JSON comes to."""
    packages: Sequence[Mapping[str, Any]] = report["dependencies"]
    vulnerable: list[str] = []
    passed: list[str] = []
    for package in packages:
        for found in package.get("vulns", ()):
            entry = next((ignored[i] for i in _names(found) if i in ignored), None)
            if entry is not None and entry.until >= today:
                passed.append(f"{_describe(package, found)}: {entry.reason}")
            else:
                vulnerable.append(_describe(package, found))
    audited = sum("skip_reason" not in package for package in packages)
    return Verdict(len(packages), audited, tuple(vulnerable), tuple(passed))


def tell(name: str, verdict: Verdict) -> list[str]:
    """The lines to print."""
    lines = [f"{name}: {verdict.audited} of {verdict.packages} audited"]
    if verdict.audited < verdict.packages:
        missing = verdict.packages - verdict.audited
        lines.append(f"{name}: NOT AUDITED: {missing}; from here nobody knows anything of them")
    lines += [f"{name}: ignored: {line}" for line in verdict.ignored]
    return lines + [f"{name}: VULNERABLE: {line}" for line in verdict.vulnerable]


def main(files: Sequence[str]) -> int:
    """Audit files of pinned versions; 1 when a vulnerability was found."""
    ignored = msgspec.convert(tomllib.loads(IGNORED.read_text()), dict[str, Ignored])
    today, vulnerable = datetime.now(UTC).date(), False
    for file in files:
        report = _ask(file)
        if report is None:
            print(f"{file}: NOT AUDITED: no service answers from here")  # noqa: T201 - a command
            continue
        verdict = judge(report, ignored, today)
        print("\n".join(tell(file, verdict)))  # noqa: T201 - a command
        vulnerable = vulnerable or bool(verdict.vulnerable)
    return int(vulnerable)


def _ask(file: str) -> Mapping[str, Any] | None:
    tool = Path(sys.executable).with_name("pip-audit")
    options = ("--format", "json", "--progress-spinner", "off", "--disable-pip", "--require-hashes")
    try:
        done = subprocess.run(
            [tool, *options, "-r", file], capture_output=True, timeout=DEADLINE, check=False
        )
        return json.loads(done.stdout) if done.returncode in (0, FOUND) else None
    except (subprocess.TimeoutExpired, ValueError):
        return None


def _names(found: Mapping[str, Any]) -> tuple[str, ...]:
    return (found["id"], *found.get("aliases", ()))


def _describe(package: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    fixed = ", ".join(found.get("fix_versions", ())) or "no version"
    return f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
