"""How well a profile fits what was read."""

import msgspec

from daq.scan.finding import Match
from daq.scan.judge import best_first, judge_identity, judge_registers
from daq.scan.known import Known
from drivers.model import Identity, Sample, Status, Value
from drivers.registry import load_profile

KNOWN = Known("pta8c04", load_profile("pta8c04"))
CHANNELS = KNOWN.profile.channels[:4]
GOOD = Status.GOOD


def judged(
    *readings: tuple[Value, Status], specific: bool = False, silent: bool = False
) -> Match | None:
    values, statuses = zip(*readings, strict=True)
    sample = None if silent else Sample(1, tuple(values), tuple(statuses))
    return judge_registers(KNOWN, Identity(), CHANNELS, sample, specific=specific)


def score(*readings: tuple[Value, Status], specific: bool = False) -> float:
    match = judged(*readings, specific=specific)
    return match.score if match else 0.0


FULL = [(21.5, GOOD)] * 4


def test_the_more_channels_are_plausible_the_better_it_fits() -> None:
    gone: tuple[Value, Status] = (None, Status.ILLEGAL_ADDRESS)
    scores = [score(*FULL[:count], *[gone] * (4 - count)) for count in range(5)]
    assert scores == sorted(scores)
    assert scores[0] == 0.0


def test_implausible_and_swapped_values_do_not_count() -> None:
    swapped: tuple[Value, Status] = (2.4e-41, GOOD)
    implausible: tuple[Value, Status] = (9e9, Status.IMPLAUSIBLE)
    assert judged(swapped, swapped, swapped, implausible) is None
    assert score(*FULL[:3], swapped) == score(*FULL[:3], implausible) < score(*FULL)


def test_zeros_and_broken_sensors_count_half() -> None:
    zero: tuple[Value, Status] = (0.0, GOOD)
    broken: tuple[Value, Status] = (None, Status.SENSOR_BREAK)
    assert score(*FULL[:3], zero) == score(*FULL[:3], broken)
    assert score(*FULL[:3]) < score(*FULL[:3], broken) < score(*FULL)
    assert judged(zero, zero, zero, zero) is None


def test_a_model_register_makes_it_sure_even_of_a_unit_that_could_not_be_read() -> None:
    match = judged((None, GOOD), specific=True, silent=True)
    assert match is not None
    assert match.sure
    assert "model register matches" in match.evidence
    assert score(*FULL, specific=True) > score(*FULL)


def test_an_instrument_that_says_what_it_is_fits_better_than_one_that_answers_alike() -> None:
    said = judge_identity(KNOWN, Identity(model="M", serial_number="1"), specific=True)
    alike = judge_identity(KNOWN, Identity(model="M", serial_number="1"), specific=False)
    assert said.score > alike.score
    assert (said.sure, alike.sure) == (True, False)
    assert 0 < said.score <= 1


def test_the_best_comes_first_and_what_hardly_fits_not_at_all() -> None:
    match = judge_identity(KNOWN, Identity(), specific=False)
    named = [
        msgspec.structs.replace(match, profile=name, score=score)
        for name, score in (("low", 0.3), ("b", 0.9), ("a", 0.9), ("near", 0.5))
    ]
    assert [each.profile for each in best_first(named)] == ["a", "b", "near"]
    assert best_first([]) == ()
