"""A soak: many faults, compressed time, everything counted at the end.

    .venv/bin/python -m tests.soak [--minutes 30] [--seed TEXT] [--report DIR]

Writes soak.json, soak.svg and soak.md; ends with 1 when something grew, stayed behind, or is not
explained. ``python -m tests.soak.publish DIR`` puts the figures into
docs/explanation/reliability.md.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.soak.plot import plot
from tests.soak.run import Runner, Soak
from tests.soak.summary import summary
from tests.soak.verdict import Verdict, judge


def main() -> int:
    """Run, report, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--report", type=Path, default=Path("build/soak"))
    options = parser.parse_args()
    # Whoever ends the soak ends what it has started.
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Runner(Path(folder), options.minutes * 60, options.seed, _tell).run()
    verdict = judge(soak)
    _report(soak, verdict, options.report)
    _tell(soak.audit.table())
    _tell(summary(soak, verdict))
    return 1 if verdict.complaints else 0


def _end(number: int, _: object) -> None:
    sys.exit(128 + number)


def _report(soak: Soak, verdict: Verdict, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "date": time.strftime("%Y-%m-%d"),
        "passed": not verdict.complaints,
        "verdict": verdict,
        "soak": soak,
    }
    (folder / "soak.json").write_bytes(msgspec.json.encode(data))
    (folder / "soak.md").write_text(summary(soak, verdict), "utf-8")
    plot(soak, folder / "soak.svg")


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program for the terminal


if __name__ == "__main__":
    sys.exit(main())
