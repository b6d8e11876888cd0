"""Puts the figures of a run into docs/explanation/performance.md, and its plots beside it.

python -m tests.bench.publish build/bench/figures.json
"""

import sys
from pathlib import Path

import msgspec

from tests.bench.figure import Figure
from tests.bench.report import between, publish, table

PAGE = Path("docs/explanation/performance.md")
MARKS = "<!-- make bench-publish -->", "<!-- end -->"
FOLDER = Path("docs/explanation/performance")


def main(figures: Path) -> None:
    """Write table and plots."""
    found = msgspec.json.decode(figures.read_bytes(), type=list[Figure])
    publish(found, FOLDER)
    PAGE.write_text(between(PAGE.read_text("utf-8"), table(found), MARKS), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
