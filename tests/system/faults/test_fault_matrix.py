"""The fault matrix: each row a fault on real processes, each ending in the same audit.

``--fault-report DIR`` keeps each row's figures as JSON; ``make faults`` puts them into
docs/explanation/reliability.md.
"""

from pathlib import Path

import msgspec
import pytest

from tests.system.faults.row import Row, play
from tests.system.faults.rows.matrix import ROWS


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
def test_everything_served_arrives_or_is_explained(
    row: Row, tmp_path: Path, fault_seed: str, fault_report: Path | None
) -> None:
    print(f"seed {fault_seed}")  # noqa: T201 - to repeat a failure with --fault-seed
    audit = play(row, tmp_path, fault_seed)
    print(audit.table())  # noqa: T201 - pytest shows it when the row fails
    if fault_report is not None:
        fault_report.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.format(msgspec.json.encode(audit), indent=1)
        (fault_report / f"{row.name}.json").write_bytes(data + b"\n")
    audit.check()
