"""Puts the figures of the fault matrix into docs/explanation/reliability.md.

.venv/bin/python -m tests.system.faults.publish DIR
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tests.system.faults.audit.audit import Audit
from tests.system.faults.rows.matrix import ROWS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "explanation" / "reliability.md"
HEAD = (
    "fault",
    "replies to scans",
    "journalled",
    "explained",
    "unexplained",
    "entries",
    "at MQTT",
    "again",
    "in InfluxDB",
    "differ",
)


def replace_part(name: str, text: str) -> None:
    """Put a text between the marks of this name in docs/explanation/reliability.md."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text.rstrip()}\n{end}{after}", "utf-8")


def table(audits: Sequence[Audit]) -> str:
    """One line for each fault, then what explains the replies that are in no scan."""
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, audits)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{text}\n\n{''.join(_explained(audits))}"


def _cells(audit: Audit) -> tuple[str, ...]:
    served, stored = audit.served, audit.influxdb["history"]
    published = audit.mqtt["broker"]
    figures = (
        served.asked_for_scans,
        served.journalled,
        sum(served.explained.values()),
        served.unexplained + served.invented + served.stale,
        audit.journal.entries,
        published.entries,
        published.duplicates,
        stored.points + stored.events,
        published.differing + stored.differing + stored.twice + published.retained_back,
    )
    return (f"**{audit.name}**: {audit.what}", *(f"{figure:,}" for figure in figures))


def _explained(audits: Sequence[Audit]) -> Iterator[str]:
    reasons: dict[str, int] = {}
    for audit in audits:
        for reason, count in audit.served.explained.items():
            reasons[reason] = reasons.get(reason, 0) + count
    tail = max((audit.served.tail_ms for audit in audits), default=0.0)
    yield "Explained, all rows: "
    yield ", ".join(f"{count:,} {reason}" for reason, count in sorted(reasons.items()))
    yield f". The oldest reply a SIGKILL took had been served {tail:g} ms before the signal.\n"


def main(folder: Path) -> None:
    """All rows, in the order of the matrix; one that was not run is left out."""
    files = [folder / f"{row.name}.json" for row in ROWS]
    audits = [msgspec.json.decode(file.read_bytes(), type=Audit) for file in files if file.exists()]
    replace_part("matrix", table(audits))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
