"""What an InfluxDB's answer to a write means. Pure."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import Any

import msgspec

from daq.plain import one_line


class Meaning(Enum):
    """What becomes of the lines of a request."""

    TAKEN = "taken"
    BAD_LINES = "bad lines"
    TOO_LARGE = "too large"
    MISCONFIGURED = "misconfigured"
    BUSY = "busy"


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer: ``text`` is the body, ``retry_after`` that header as it came."""

    status: int
    text: str = ""
    retry_after: str | None = None


_TAKEN = frozenset({201, 204})
_BUSY = frozenset({408, 425, 429})
_DROPPED = re.compile(r"\bdropped=([0-9]{1,9})\b")

LONGEST_WAIT = 3600.0
"""Seconds. A server that asks for a longer wait is asked again after this one."""


def understand(answer: Answer) -> Meaning:
    """Classify an answer.

    Only 204 (201 from some) means written: 200 is what a login page or a captive portal says.
    400 is a line that cannot be parsed or a field of another type; the others of the request
    were written. InfluxDB 2 says 422 for the same. 5xx passes, except for a retention policy
    that does not exist, for which InfluxDB 1 says 500.
    """
    status = answer.status
    if status in _TAKEN:
        return Meaning.TAKEN
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Meaning.BAD_LINES
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Meaning.TOO_LARGE
    server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if status in _BUSY or (server and "retention policy not found" not in answer.text):
        return Meaning.BUSY
    return Meaning.MISCONFIGURED


def all_dropped(answer: Answer, lines: int) -> bool:
    """Whether a partial write says that it wrote none of the lines."""
    found = _DROPPED.search(answer.text)
    return found is not None and int(found[1]) >= lines


def in_words(answer: Answer) -> str:
    """The reason the server gives, shortened; the status where it gives none."""
    text = one_line(_message(answer.text))
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return f"{answer.status} {phrase}: {text}".rstrip(": ")


def seconds_to_wait(answer: Answer, now: datetime | None = None) -> float | None:
    """Retry-After in seconds: a number or a date (RFC 9110, 10.2.3); None without one.

    At most ``LONGEST_WAIT``.
    """
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait = (moment - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, wait), LONGEST_WAIT)


def _message(text: str) -> str:
    """InfluxDB 1 says {"error": ...}, 2 {"code": ..., "message": ...}, others plain text."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, dict):
        return text
    return str(content.get("message") or content.get("error") or text)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
