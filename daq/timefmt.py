"""Times as people and other programs write them; inside, a time is ns since 1970 UTC."""

import re
import time as clocks
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

_NS = 1_000_000_000
_LAST = 2**63 - 1

_RELATIVE = re.compile(r"-\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)")
_UNITS = {
    "ms": _NS // 1000,
    "s": _NS,
    "m": 60 * _NS,
    "min": 60 * _NS,
    "h": 3600 * _NS,
    "d": 86400 * _NS,
    "w": 7 * 86400 * _NS,
}
_ABSOLUTE = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:\.(?P<fraction>\d{1,9}))?"
    r"\s?(?P<zone>[Zz]|[+-]\d{2}:\d{2})?)?"
)
_DAYS_AGO = {"today": 0, "yesterday": 1}


def rfc3339(time: int) -> str:
    """A time as ``2026-11-23T12:00:00.000000000Z``: UTC, always nine digits, sorts as text."""
    seconds, nanoseconds = divmod(time, _NS)
    return f"{_to_the_second(seconds)}.{nanoseconds:09d}Z"


def parse_time(text: str, now: int | None = None) -> int:
    """The time a person means.

    RFC 3339 (``2026-11-23T12:00:00.5+08:00``), the same without offset or a date alone (both in
    the time zone of this machine), ``now``, ``today``, ``yesterday`` (their midnight), or so long
    ago: ``-90s``, ``-1.5h``, ``-2d`` (units ms, s, min or m, h, d, w).

    Raises:
        ValueError: it is none of these; the text says what is allowed.
    """
    text = text.strip()
    now = clocks.time_ns() if now is None else now
    if text == "now":
        return now
    if text in _DAYS_AGO:
        return _midnight(now, _DAYS_AGO[text])
    if relative := _RELATIVE.fullmatch(text):
        return now - int(Fraction(relative[1]) * _UNITS[relative[2]])
    absolute = _ABSOLUTE.fullmatch(text)
    parsed = None if absolute is None else _absolute(absolute)
    if parsed is None:
        raise ValueError(
            f"{text!r} is no time; write 2026-11-23, 2026-11-23T12:00:00+01:00, "
            "-90s, -2h, -7d, now, today or yesterday"
        )
    return parsed


@lru_cache(maxsize=64)
def _to_the_second(seconds: int) -> str:
    # Entries come nearly in the order of time, so that one second serves many of them.
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _midnight(now: int, days_ago: int) -> int:
    day = datetime.fromtimestamp(now // _NS).astimezone().date() - timedelta(days=days_ago)
    # Without a zone, so that the offset is the one of that midnight: it may differ from now's.
    return _nanoseconds(datetime.fromisoformat(day.isoformat()).astimezone())


def _absolute(found: re.Match[str]) -> int | None:
    clock = found["time"] or "00:00"
    zone = (found["zone"] or "").upper().replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{clock}{zone}").astimezone()
    except (ValueError, OverflowError):
        return None
    time = _nanoseconds(moment) + int((found["fraction"] or "").ljust(9, "0"))
    return time if abs(time) <= _LAST else None


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * _NS
