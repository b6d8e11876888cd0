"""Measures what `docs/explanation/performance.md` states.

    python -m tests.bench [--quick] [--json FILE] [--report FOLDER] [--against FILE] [ROW ...]

Runs the rows named, or all; prints a table; exits with 1 when a row could not be measured or,
with ``--against``, when a ratio fell by more than a quarter. Nothing else should run meanwhile.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

import msgspec

from tests.bench.compare import fallen
from tests.bench.figure import Figure
from tests.bench.report import publish, table

ROWS = tuple(
    sorted(
        path.stem for path in (Path(__file__).parent / "rows").glob("*.py") if path.stem[0] != "_"
    )
)


def main() -> int:
    """Measure, print, compare; the exit code."""
    options = _options()
    figures, failed = _measured(options.row or ROWS, quick=options.quick)
    sys.stdout.write(table(figures) + "\n")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    if options.report:
        publish(figures, options.report)
    worse = fallen(figures, options.against) if options.against else []
    sys.stderr.writelines(f"{line}\n" for line in worse)
    return 1 if failed or worse else 0


def _measured(rows: Sequence[str], *, quick: bool) -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    failed: list[str] = []
    for row in rows:
        started = time.monotonic()
        measure = cast(
            "Callable[..., list[Figure]]", import_module(f"tests.bench.rows.{row}").measure
        )
        try:
            figures += measure(quick=quick)
        except Exception:  # noqa: BLE001 - one row that fails must not hide the others
            failed.append(row)
            traceback.print_exc()
        sys.stderr.write(f"{row}: {time.monotonic() - started:.0f} s\n")
    return figures, failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("row", nargs="*", choices=[*ROWS, []], help="rows to measure (all)")
    parser.add_argument("--quick", action="store_true", help="a minute for all rows")
    parser.add_argument("--json", type=Path, help="write the figures to a file")
    parser.add_argument("--report", type=Path, help="write the table and plots into a folder")
    parser.add_argument("--against", type=Path, help="figures whose ratios must be held")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
