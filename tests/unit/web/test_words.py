"""Times, spans and numbers in words."""

import re

import pytest

from daq.web.text import Language, Text
from daq.web.traffic import shown, transactions
from daq.web.words import Words
from drivers.model import Channel
from drivers.recording.piece import Page, Piece

NS = 1_000_000_000
NOW = 1_795_435_200 * NS


def words(language: Language = "en") -> Words:
    return Words(Text(language), NOW)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (-5, "0 s"), (119.9, "119 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 d")],
)
def test_spans(seconds: float, text: str) -> None:
    assert words().span(seconds).replace("\u202f", " ") == text


def test_an_age_counts_on_from_its_time() -> None:
    assert str(words().age(NOW - 3 * NS)) == (
        f'<span class="age" data-time="{(NOW - 3 * NS) // 10**6}">3\u202fs</span>'
    )
    assert str(words().age(0)) == "never"


def test_since_says_when_and_how_long() -> None:
    text = re.sub(r"<[^>]*>", "", str(words("zh").since(NOW - 600 * NS)))
    assert re.fullmatch(r"自 \d\d:\d\d:\d\d 起（10\u202f分钟）", text)
    assert str(words().since(0)) == ""
    assert re.search(r"\d{4}-\d\d-\d\d", str(words().time(NOW - 86_400 * NS * 2)))


def test_a_share_is_never_all_when_something_is_missing() -> None:
    assert words().share(10**9 - 1, 10**9) == "99.99\u202f%"
    assert words().share(5, 5) == "100\u202f%"
    assert words().share(0, 5) == "0\u202f%"
    assert words().share(0, 0) == "\u2013"


def test_numbers_have_the_digits_of_their_instrument() -> None:
    channel = Channel(name="c", resolution=0.01)
    assert words().number(channel, 1.23456) == "1.23"
    assert words().number(channel, 1.23456, 1) == "1.235"
    assert words().number(Channel(name="c"), 1.23456789) == "1.23457"
    assert words().number(channel, None) == "\u2013"
    assert words().count(1234567) == "1\u202f234\u202f567"


def test_what_is_not_known_here_is_said_as_it_came() -> None:
    assert words().reason("a reason of tomorrow") == "a reason of tomorrow"
    assert words().event("event-of-tomorrow") == "event-of-tomorrow"
    assert words("zh").reason("over range") == "超出量程上限"


def test_bytes_become_transactions() -> None:
    pieces = (
        Piece(t=0, event="opened"),
        Piece(t=NS, dir="tx", hex="5349"),
        Piece(t=2 * NS, dir="rx", hex="53"),
        Piece(t=3 * NS, dir="rx", hex="0d0a"),
        Piece(t=4 * NS, dir="tx", hex="00"),
    )
    page = Page(clock=10 * NS, wall=NOW, pieces=pieces, after=5, more=False, dropped=0)
    last, first, event = transactions(page)
    assert (event.event, event.time) == ("opened", NOW - 10 * NS)
    assert (first.sent, first.received, first.took) == (b"SI", b"S\r\n", 2.0)
    assert (last.sent, last.received) == (b"\0", b"")
    assert shown(b"S\r\n") == ("53 0D 0A", "S··")
    assert shown(b"x" * 1000)[0].endswith("…")
