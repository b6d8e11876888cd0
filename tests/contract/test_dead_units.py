"""What dead units cost the others, on virtual time with the true durations of frames."""

import pytest

from tests.bench.dead_unit import Case, virtual

SECONDS = 240.0


@pytest.mark.parametrize(
    "case",
    [
        Case(38400, 1.0, dead=1),
        Case(9600, 0.5, units=10, dead=1),
        Case(9600, 2.0, units=10, dead=1, known=False),
    ],
    ids=lambda case: case.name,
)
def test_one_dead_unit_costs_the_others_less_than_a_twentieth(case: Case) -> None:
    assert virtual(case, SECONDS).kept > 95


def test_a_dead_segment_does_not_starve_who_still_lives() -> None:
    assert virtual(Case(38400, 0.25, units=8, dead=7), SECONDS).kept > 90
