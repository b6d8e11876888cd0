"""Durations and sizes as people write them: ``"500ms"``, ``"400d"``, ``"10GB"``."""

import re
from collections.abc import Mapping

DURATIONS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
"""Seconds in each unit of time."""

SIZES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
"""Bytes in each unit of size."""

DURATION_PATTERN = rf"([0-9]{{1,12}}(?:\.[0-9]{{1,9}})?) ?({'|'.join(DURATIONS)})"
SIZE_PATTERN = rf"([0-9]{{1,15}}(?:\.[0-9]{{1,9}})?) ?({'|'.join(SIZES)})"


def parse_duration(text: str) -> float:
    """Seconds.

    Raises:
        ValueError: not a number followed by a unit of time.
    """
    return _parse(text, DURATION_PATTERN, DURATIONS)


def parse_size(text: str) -> int:
    """Bytes.

    Raises:
        ValueError: not a number followed by a unit of size.
    """
    return round(_parse(text, SIZE_PATTERN, SIZES))


def show_duration(seconds: float) -> str:
    """A duration in the largest unit that leaves a whole number, else in seconds."""
    return _show(seconds, DURATIONS, "s", tolerance=1e-9)


def show_size(size: float) -> str:
    """A size in the largest unit that leaves a whole number, decimal units before binary."""
    return _show(size, SIZES, "B", tolerance=0.0)


def _parse(text: str, pattern: str, units: Mapping[str, float]) -> float:
    match = re.fullmatch(pattern, text)
    if match is None:
        raise ValueError(f"not a number and one of {', '.join(units)}")
    return float(match[1]) * units[match[2]]


def _show(value: float, units: Mapping[str, float], small: str, *, tolerance: float) -> str:
    for unit, factor in sorted(units.items(), key=lambda item: -item[1]):
        count = value / factor
        if count >= 1 and abs(count - round(count)) <= tolerance * count:
            return f"{round(count)}{unit}"
    return f"{value:.9g}{small}"
