"""What an HTTP server answers to a write.

Invariants. Every answer has a meaning; its words are one short printable line; the wait it asks for
is a number that is not negative, or none.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from daq.deliver.influx_answer import (
    LONGEST_WAIT,
    Answer,
    Meaning,
    all_dropped,
    in_words,
    seconds_to_wait,
    understand,
)
from daq.plain import LONGEST
from tests.fuzz.choices import Choices

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STATUSES = (204, 200, 302, 400, 401, 404, 408, 413, 422, 429, 500, 503, 0, 999)


def target(data: bytes) -> None:
    """Understand an answer."""
    choices = Choices(data)
    status = STATUSES[choices.below(len(STATUSES))]
    header = choices.piece(100).decode("latin-1") if choices.below(2) else None
    answer = Answer(status, choices.rest().decode(errors="replace"), header)
    assert isinstance(understand(answer), Meaning)
    assert all_dropped(answer, 10) in (True, False)
    words = in_words(answer)
    assert len(words) < 10 * LONGEST + 60
    assert words.isprintable(), words
    wait = seconds_to_wait(answer, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


def seeds() -> Iterator[bytes]:
    """Answers of InfluxDB 1 and 2, dates and numbers to wait, and what is hostile."""
    bodies = [
        b'{"error":"partial write: field type conflict: input field \\"c1\\" ... dropped=10"}',
        b'{"code":"invalid","message":"unable to parse"}',
        b'{"error":"\\u001b[2J\\r\\nroot logged in"}',
        b"<html>please log in",
        b"[" * 3000,
        b'{"message":' * 400,
        b"9" * 5000,
        b'{"message":["a\\nb"],"error":7}',
        b"dropped=" + b"9" * 5000,
    ]
    waits = [
        b"7", b"9" * 30, b"Wed, 21 Oct 2026 07:28:00 GMT",
        b"Wed, 99 Oct 99999999999 07:28:00 +9999",
        b"\xb2", b"-1", b"Fri, 31 Dec 9999 23:59:59 -1200",
    ]  # fmt: skip
    for status in range(len(STATUSES)):
        for body in bodies:
            yield bytes([status, 0]) + body
        for wait in waits:
            yield bytes([status, 1, len(wait)]) + wait
