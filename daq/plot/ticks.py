"""Where the lines of a grid are, and what stands beside them. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

_STEPS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200),
    *(86_400 * days for days in (1, 2, 7, 14, 28, 91, 182, 364, 1820)),
)
"""Seconds between two lines of time."""

NEARLY_EQUAL = 1e-9
"""Of a value: what differs by less has no digits of its own that people could read."""

TINY = 1e-300
"""Below it floats lose their digits, and dividing them gives 0."""

_DAY = 86_400
_NS = 1_000_000_000


def value_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from ``low`` to ``high``, at most so many; one where they are all but equal."""
    if high - low <= max(NEARLY_EQUAL * max(abs(low), abs(high)), TINY):
        return [low]
    raw = (high - low) / max(most - 1, 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def value_labels(ticks: Sequence[float]) -> list[str]:
    """The values with as many digits as tell them apart."""
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else abs(ticks[0]) or 1.0
    largest = max(map(abs, ticks))
    if largest and not 1e-4 <= largest < 1e6:  # noqa: PLR2004 - where digits become too many
        return [f"{tick:.{max(0, _digits(largest, step))}e}" for tick in ticks]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [f"{tick:.{min(decimals, 9)}f}" for tick in ticks]


def time_ticks(
    start: int, end: int, most: int = 9, zone: tzinfo | None = None
) -> list[tuple[int, str]]:
    """Round moments of a zone, or this machine's, within a period (ns), each with its label."""
    seconds = (end - start) / _NS
    step = next((step for step in _STEPS if seconds / step <= most), _STEPS[-1])
    first = datetime.fromtimestamp(start / _NS).astimezone(zone)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    found: list[tuple[int, str]] = []
    since = (first.replace(tzinfo=None) - midnight).total_seconds()
    number = 0 if step >= _DAY else int(since // step)
    while len(found) <= most + 1:
        # By the wall clock, so that a line stays at midnight when the clocks are changed.
        clock = midnight + timedelta(seconds=step * number)
        moment = clock.astimezone() if zone is None else clock.replace(tzinfo=zone)
        time = int(moment.timestamp()) * _NS
        if time > end:
            break
        if time >= start:
            found.append((time, _label(moment, step)))
        number += 1
    return found


def _label(moment: datetime, step: float) -> str:
    if step >= _DAY or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{moment:%m-%d}"
    return f"{moment:%H:%M:%S}" if step < 60 else f"{moment:%H:%M}"  # noqa: PLR2004 - seconds


def _digits(largest: float, step: float) -> int:
    return math.floor(math.log10(largest)) - math.floor(math.log10(step) + 1e-9)
