"""The fewest requests, within the limits."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.modbus.pdu import Request
from drivers.modbus.planner import LEAST_PROBES, coalesce, cover, halves, items, probes

LIMIT = 6
spans_of_registers = st.lists(
    st.builds(Request, st.just(3), st.integers(0, 20), st.integers(1, 3)), min_size=1, max_size=6
)


def limit(function: int) -> int:
    return LIMIT if function in (3, 4) else 16


def gaps(request: Request, spans: list[Request]) -> list[int]:
    """Lengths of runs of addresses in a request that no span asks for."""
    wanted = {a for span in spans for a in range(span.address, span.end)}
    runs = itertools.groupby(range(request.address, request.end), wanted.__contains__)
    return [len(list(run)) for asked, run in runs if not asked]


@given(spans_of_registers, st.integers(0, 5))
def test_every_span_is_read_whole_within_the_limits(spans: list[Request], max_gap: int) -> None:
    requests = coalesce(spans, limit, max_gap)
    for span in spans:
        assert any(r.address <= span.address and span.end <= r.end for r in requests)
    for request in requests:
        assert request.count <= max(LIMIT, *(item.count for item in items(spans)))
        assert max(gaps(request, spans), default=0) <= max_gap


@given(spans_of_registers, st.integers(0, 5))
def test_no_partition_has_fewer_requests(spans: list[Request], max_gap: int) -> None:
    parts = items(spans)
    fewest = len(parts)
    for cuts in itertools.product((False, True), repeat=len(parts) - 1):
        groups = [[parts[0]]]
        for cut, part in zip(cuts, parts[1:], strict=True):
            if cut:
                groups.append([part])
            else:
                groups[-1].append(part)
        covers = [cover(group) for group in groups]
        fits = all(len(g) == 1 or c.count <= LIMIT for g, c in zip(groups, covers, strict=True))
        if fits and all(max(gaps(c, spans), default=0) <= max_gap for c in covers):
            fewest = min(fewest, len(groups))
    assert len(coalesce(spans, limit, max_gap)) == fewest


def test_functions_are_never_mixed() -> None:
    spans = [Request(function, 0, 1) for function in (1, 2, 3, 4)]
    assert coalesce(spans, limit, 9) == spans


def test_a_gap_too_wide_is_not_read_across() -> None:
    spans = [Request(4, 0, 2), Request(4, 4, 2)]
    assert coalesce(spans, limit, 1) == spans
    assert coalesce(spans, limit, 2) == [Request(4, 0, 6)]


def test_no_request_crosses_a_break() -> None:
    spans = [Request(3, address, 1) for address in range(5)]
    assert coalesce(spans, limit, 0, {(3, 2)}) == [Request(3, 0, 2), Request(3, 2, 3)]
    assert coalesce(spans, limit, 0, {(4, 2)}) == [Request(3, 0, 5)]


def test_overlapping_spans_are_one_item() -> None:
    assert items([Request(3, 2, 2), Request(3, 0, 3), Request(3, 0, 3)]) == [Request(3, 0, 4)]


@pytest.mark.parametrize(
    ("addresses", "left"),
    [((0, 1, 5, 6, 7), 2), ((0, 1, 2, 3, 4), 2), ((0, 9), 1), ((0, 2, 9, 11), 2)],
)
def test_halves_part_at_the_widest_gap_or_in_the_middle(
    addresses: tuple[int, ...], left: int
) -> None:
    parts = [Request(3, address, 1) for address in addresses]
    first, second = halves(parts)
    assert len(first) == left
    assert [*first, *second] == parts


@given(spans_of_registers, st.integers(0, 5))
def test_probes_differ_in_length_and_the_shortest_is_first(
    spans: list[Request], max_gap: int
) -> None:
    found = probes(spans, lambda _: 125, max_gap)
    lengths = [(probe.function, probe.byte_count) for probe in found]
    assert len(set(lengths)) == len(lengths)
    assert len(found) >= LEAST_PROBES
    assert found[0] in items(spans)
    assert found[0].count == min(item.count for item in items(spans))


def test_probes_read_whole_channels() -> None:
    floats = [Request(4, address, 2) for address in (0, 2, 4, 0x34)]
    assert [probe.count for probe in probes(floats, lambda _: 80, 0)] == [2, 4, 6]


def test_probes_of_bits_differ_in_bytes() -> None:
    (first, *rest) = probes([Request(1, 0, 1)], lambda _: 2000, 0)
    assert first == Request(1, 0, 1)
    assert [probe.byte_count for probe in rest] == [2, 3]
