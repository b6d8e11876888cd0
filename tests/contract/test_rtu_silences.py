"""The daemon on a line that keeps its times: no silence between frames is ever too short."""

import pytest

from tests.bench.rows.rtu_line import Case, by_daemon, observe, violations

CYCLES = 60


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("baud", [9600, 115200])
def test_no_silence_is_too_short(baud: int, loop: str) -> None:
    case = Case(baud, 10, loop)
    seen, _ = observe(case, CYCLES, by_daemon)
    assert len(seen.gaps) == CYCLES
    assert violations(case, seen) == 0
