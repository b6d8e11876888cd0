"""Conditions out of summaries are those out of the readings."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.journal.trend.pieces import Piece, Readings
from daq.journal.trend.span import Part, Span
from daq.usage.energy import HOUR, of_counter, of_power, shares
from daq.usage.errors import UsageError
from daq.usage.judge import Found, judge
from daq.usage.plan import ByChannel, Counter, Power, Source
from daq.usage.stream import Stream
from daq.usage.stretches import length
from drivers.model import Quality, Value

NS = 1_000_000_000
HERE = Source("meter", "power")
SIZE = 8
"""Scans of a summary here."""

Reading = tuple[int, Value]


def span_of(readings: Sequence[Reading], first: int) -> Span:
    numbers = [float(value) for _, value in readings if isinstance(value, int | float)]
    worst = 0 if len(numbers) == len(readings) else Quality.BAD << 6
    part = Part(worst=worst)
    if numbers:
        part = Part(
            len(numbers),
            min(numbers),
            max(numbers),
            numbers[0],
            numbers[-1],
            sum(numbers),
            worst,
        )
    times = [time for time, _ in readings]
    return Span(first, first + len(readings) - 1, times[0], times[-1], len(readings), (part,))


def plain(readings: Sequence[Reading]) -> Readings:
    return Readings(tuple(time for time, _ in readings), tuple(value for _, value in readings))


def stream(
    readings: Sequence[Reading], *, summed: bool, unit: str = "W", double: bool = False
) -> Stream:
    chunks = [readings[n : n + SIZE] for n in range(0, len(readings), SIZE)]

    def expand(span: Span) -> Iterator[Readings]:
        yield plain(readings[span.first : span.last + 1])

    pieces: list[Piece] = [
        span_of(chunk, n * SIZE) if summed else plain(chunk) for n, chunk in enumerate(chunks)
    ]
    return Stream(tuple(pieces), expand, NS, unit, (lambda value: 2 * value) if double else None)


def course(values: Sequence[Value], steps: Sequence[int]) -> list[Reading]:
    time, found = NS, list[Reading]()
    for value, step in zip(values, steps, strict=False):
        time += step
        found.append((time, value))
    return found


STEPS = st.lists(st.sampled_from([NS, NS, NS, NS + 1000, 2 * NS, 3 * NS, 30 * NS]), min_size=40)
VALUES = st.lists(
    st.one_of(st.none(), st.sampled_from([0.0, 90.0, 100.0, 105.0, 110.0, 120.0, 200.0])),
    max_size=40,
)
RULES = st.sampled_from(
    [
        ByChannel(source=HERE, above=100.0),
        ByChannel(source=HERE, above=100.0, dead_band=15.0),
        ByChannel(source=HERE, below=105.0, dead_band=10.0),
        ByChannel(source=HERE, above=90.0, below=120.0, dead_band=5.0),
        ByChannel(source=HERE, values=(100.0, 200.0)),
        ByChannel(source=HERE, above=100.0, on_delay=3 * NS, off_delay=2 * NS),
    ]
)


@given(RULES, VALUES, STEPS)
def test_summaries_say_what_readings_say(
    rule: ByChannel, values: list[Value], steps: list[int]
) -> None:
    readings = course(values, steps)
    one = judge(rule, [stream(readings, summed=True)], 0, 2000 * NS)
    other = judge(rule, [stream(readings, summed=False)], 0, 2000 * NS)
    assert one == other
    assert length(other.held) <= length(other.known) + 2 * NS


@given(VALUES.filter(bool), STEPS)
def test_energy_out_of_summaries_is_that_of_readings(values: list[Value], steps: list[int]) -> None:
    readings = course(values, steps)
    one = of_power(Power(HERE), [stream(readings, summed=True)], ())
    other = of_power(Power(HERE), [stream(readings, summed=False)], ())
    total = sum(used.kilowatt_hours for used in other.used)
    # Scans that came at unequal distances are taken as equally far apart.
    assert sum(used.kilowatt_hours for used in one.used) == pytest.approx(total, rel=0.15, abs=3e-4)
    assert one.known == other.known


def test_a_reading_counts_until_the_next_or_for_two_and_a_half_intervals() -> None:
    rule = ByChannel(source=HERE, above=100.0)
    readings: list[Reading] = [(0, 200.0), (NS, 200.0), (10 * NS, 0.0), (11 * NS, None)]
    found = judge(rule, [stream(readings, summed=False)], 0, 20 * NS)
    assert found == Found(
        held=((0, NS + 5 * NS // 2),),
        known=((0, NS + 5 * NS // 2), (10 * NS, 10 * NS + 5 * NS // 2)),
    )


def test_values_are_those_corrected() -> None:
    rule = ByChannel(source=HERE, above=100.0)
    readings = course([60.0] * 20, [NS] * 20)
    for summed in (False, True):
        found = judge(rule, [stream(readings, summed=summed, double=True)], 0, 30 * NS)
        assert length(found.held) == 19 * NS + 5 * NS // 2
        used = of_power(Power(HERE), [stream(readings, summed=summed, double=True)], ())
        assert sum(one.kilowatt_hours for one in used.used) == pytest.approx(0.12 * 19 / 3600)


def test_texts_are_read_one_by_one() -> None:
    rule = ByChannel(source=HERE, values=("on",))
    readings = course(["on"] * 10 + ["off"] * 10, [NS] * 20)
    found = judge(rule, [stream(readings, summed=True)], 0, 30 * NS)
    assert length(found.held) == 10 * NS
    assert (
        judge(ByChannel(source=HERE, above=1.0), [stream(readings, summed=True)], 0, NS).known == ()
    )


def test_what_two_groups_read_counts_once() -> None:
    readings = course([1000.0] * 24, [NS] * 24)
    twice = [(time + NS // 2, value) for time, value in readings]
    for summed in (False, True):
        streams = [stream(readings, summed=summed), stream(twice, summed=summed)]
        used = of_power(Power(HERE), streams, ())
        assert sum(one.kilowatt_hours for one in used.used) == pytest.approx(23.5 / 3600, rel=0.03)


def test_where_the_price_changes_summaries_are_read() -> None:
    readings = course([1000.0] * 4 + [3000.0] * 4, [NS] * 8)
    cut = readings[3][0] + NS // 2
    metered = of_power(Power(HERE), [stream(readings, summed=True)], (0, cut, 99 * NS))
    parts = shares(metered.used, (0, cut, 99 * NS))
    assert [part * 3600 for part in parts] == pytest.approx([4.0, 10.0])
    assert shares(metered.used, (cut, 99 * NS))[0] * 3600 == pytest.approx(10.0)


def test_a_register_that_rolls_over_goes_on_and_one_that_is_exchanged_is_said() -> None:
    values = [996.0, 998.0, 1.0, 3.0, 500.0, 2.0, 4.0]
    readings = course(values, [NS] * 7)
    for summed in (False, True):
        one = of_counter(Counter(HERE, 1000.0), [stream(readings, summed=summed, unit="kWh")], ())
        assert sum(used.kilowatt_hours for used in one.used) == pytest.approx(2 + 3 + 2 + 497 + 2)
        assert one.exchanges == (readings[5][0],)
        other = of_counter(Counter(HERE), [stream(readings, summed=summed, unit="W.h")], ())
        assert sum(used.kilowatt_hours for used in other.used) == pytest.approx(0.503)
        assert len(other.exchanges) == 2


def test_a_register_went_on_while_nobody_read_it() -> None:
    readings: list[Reading] = [(0, 10.0), (10 * HOUR, 20.0)]
    found = of_counter(Counter(HERE), [stream(readings, summed=False, unit="kW.h")], ())
    assert shares(found.used, (0, HOUR, 10 * HOUR)) == pytest.approx([1.0, 9.0])
    assert found.known == ((0, 10 * HOUR),)


def test_a_unit_that_is_not_one_of_energy_is_refused() -> None:
    readings = course([1.0], [NS])
    with pytest.raises(UsageError, match='unit "V", which is none of power'):
        of_power(Power(HERE), [stream(readings, summed=False, unit="V")], ())
    with pytest.raises(UsageError, match="none of energy"):
        of_counter(Counter(HERE), [stream(readings, summed=False, unit="W")], ())
