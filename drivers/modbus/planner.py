"""Fewest requests for a set of registers. Pure."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from drivers.modbus.pdu import Request

Break = tuple[int, int]
"""Function and address: no request may begin before the address and reach beyond it."""

PROBES = 8
LEAST_PROBES = 3


def items(spans: Iterable[Request]) -> list[Request]:
    """Spans in order of address, overlapping ones joined: what cannot be divided further."""
    joined: list[Request] = []
    for span in sorted(set(spans), key=_order):
        last = joined[-1] if joined else None
        if last and last.function == span.function and span.address < last.end:
            joined[-1] = _cover(last, span)
        else:
            joined.append(span)
    return joined


def coalesce(
    spans: Iterable[Request],
    limit: Callable[[int], int],
    max_gap: int,
    breaks: Collection[Break] = (),
) -> list[Request]:
    """The fewest requests that read all spans.

    No request is longer than ``limit(function)``, none reads more than ``max_gap`` addresses in
    a row that no span asks for, none crosses a break. Taking each request as far as it may go,
    from the lowest address on, is optimal: a request that ended earlier could not save one later.
    """
    requests: list[Request] = []
    for item in items(spans):
        last = requests[-1] if requests else None
        if last and _joins(last, item, limit(item.function), max_gap, breaks):
            requests[-1] = _cover(last, item)
        else:
            requests.append(item)
    return requests


def halves(parts: Sequence[Request]) -> tuple[Sequence[Request], Sequence[Request]]:
    """Two groups of the items of a refused request: apart at the widest gap, or in the middle."""
    gaps = [right.address - left.end for left, right in itertools.pairwise(parts)]
    widest = max(gaps)
    cut = gaps.index(widest) + 1 if widest > 0 else len(parts) // 2
    return parts[:cut], parts[cut:]


def cover(parts: Sequence[Request]) -> Request:
    """One request for all the items."""
    return _cover(parts[0], parts[-1])


def probes(
    spans: Iterable[Request], limit: Callable[[int], int], max_gap: int
) -> tuple[Request, ...]:
    """Short reads, each with a reply of another length, the shortest first.

    Each reads whole neighbouring items, so that a device that answers the channels answers the
    probe. Where the profile yields too few lengths, reads longer than what is known to exist are
    added: a device may refuse those, but it cannot confuse them.
    """
    found: dict[tuple[int, int], Request] = {}
    for request in _neighbours(items(spans), limit, max_gap):
        found.setdefault((request.function, request.byte_count), request)
    known = sorted(found.values(), key=_length)[:PROBES]
    longer = (
        Request(known[0].function, known[0].address, count)
        for count in range(known[0].count, limit(known[0].function) + 1)
    )
    for request in longer:
        if len(known) >= LEAST_PROBES:
            break
        if (request.function, request.byte_count) not in {
            (other.function, other.byte_count) for other in known
        }:
            known.append(request)
    return tuple(known)


def _neighbours(
    parts: Sequence[Request], limit: Callable[[int], int], max_gap: int
) -> Iterator[Request]:
    for gap in (0, max_gap):
        for start, first in enumerate(parts):
            request = first
            yield request
            for item in parts[start + 1 : start + PROBES]:
                if not _joins(request, item, limit(item.function), gap, ()):
                    break
                request = _cover(request, item)
                yield request


def _joins(
    request: Request, item: Request, limit: int, max_gap: int, breaks: Collection[Break]
) -> bool:
    return (
        request.function == item.function
        and item.address - request.end <= max_gap
        and item.end - request.address <= limit
        and not any(
            function == item.function and request.address < address <= item.address
            for function, address in breaks
        )
    )


def _cover(first: Request, last: Request) -> Request:
    end = max(first.end, last.end)
    return Request(first.function, first.address, end - first.address)


def _order(request: Request) -> tuple[int, int, int]:
    return request.function, request.address, request.count


def _length(request: Request) -> int:
    return request.byte_count
