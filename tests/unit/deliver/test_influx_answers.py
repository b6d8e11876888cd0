from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.influx_answer import (
    Answer,
    Meaning,
    all_dropped,
    in_words,
    seconds_to_wait,
    understand,
)

# Answers recorded from InfluxDB 1.6.7 (Debian 12).
CONFLICT = (
    '{"error":"partial write: field type conflict: input field \\"x\\" on measurement \\"a\\" '
    'is type string, already exists as type float dropped=2"}\n'
)
UNPARSED = '{"error":"partial write: unable to parse \'a x=2 zz\': bad timestamp dropped=0"}\n'
NO_POLICY = '{"error":"retention policy not found: nope"}\n'
NO_DATABASE = '{"error":"database not found: \\"nope\\""}\n'


@pytest.mark.parametrize(
    ("status", "text", "meaning"),
    [
        (204, "", Meaning.TAKEN),
        (201, "", Meaning.TAKEN),
        (200, "<html>please log in", Meaning.MISCONFIGURED),
        (302, "", Meaning.MISCONFIGURED),
        (400, CONFLICT, Meaning.BAD_LINES),
        (422, CONFLICT, Meaning.BAD_LINES),
        (401, "", Meaning.MISCONFIGURED),
        (403, "", Meaning.MISCONFIGURED),
        (404, NO_DATABASE, Meaning.MISCONFIGURED),
        (408, "", Meaning.BUSY),
        (413, "", Meaning.TOO_LARGE),
        (429, "", Meaning.BUSY),
        (500, '{"error":"timeout"}', Meaning.BUSY),
        (500, NO_POLICY, Meaning.MISCONFIGURED),
        (503, "", Meaning.BUSY),
    ],
)
def test_what_an_answer_means(status: int, text: str, meaning: Meaning) -> None:
    assert understand(Answer(status, text)) is meaning


def test_a_partial_write_says_how_many_it_dropped() -> None:
    answer = Answer(400, CONFLICT)
    assert all_dropped(answer, 2)
    assert not all_dropped(answer, 3)
    assert not all_dropped(Answer(400, UNPARSED), 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NO_DATABASE, '404 Not Found: database not found: "nope"'),
        (
            '{"code":"not found","message":"bucket x not found"}',
            "404 Not Found: bucket x not found",
        ),
        ("page not found\n", "404 Not Found: page not found"),
        ("[1]", "404 Not Found: [1]"),
        ("", "404 Not Found"),
    ],
)
def test_the_reason_is_shown_in_the_servers_words(text: str, words: str) -> None:
    assert in_words(Answer(404, text)) == words


@given(st.integers(0, 999), st.text())
def test_any_answer_has_words_of_bounded_length(status: int, text: str) -> None:
    assert 0 < len(in_words(Answer(status, text))) < 400


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("30", 30.0),
        ("Mon, 23 Nov 2026 12:00:20 GMT", 20.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:00:20 -0000", 20.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert seconds_to_wait(Answer(503, "", header), noon) == seconds


@given(st.text())
def test_no_header_raises(header: str) -> None:
    found = seconds_to_wait(Answer(503, "", header))
    assert found is None or found >= 0
