import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.text.pattern import compile_pattern
from tests.examples import examples

BUSY = 1.0
"""Seconds of processor time no accepted pattern may take; a refused one takes years."""

ENDLESS = [
    r"(a+)+b",
    r"(a*)*",
    r"(?:a|a)*b",
    r"(?:a|[ab]c?)+d",
    r"(?:a?){30}a{30}",
    r"(?:.*,)*x",
    r"([a-z]+[0-9]*)+!",
    r".*.*.*.*x",
    r"(?:a*+)+b",
    r"(?:(?:x+x+)+y)+",
]
UNSUPPORTED = [
    r"(a)\1",
    r"(?=a)a",
    r"(?<!a)b",
    r"(?i)a",
    r"(?i:a)",
    r"(?P<x>a)(?P=x)",
    r"(a)?(?(1)b)",
]
SOUND = [
    (r"S (?P<s>[SD]) +(?P<w>-?[0-9.]+) (?P<u>\S+)", "S S     100.00 g"),
    (r"(?:[^,]*,){9}[^,]*", "1,2,3,,5,6,7,8,9,0"),
    (r"(?P<v>[-+]?[0-9.]+)(?: +(?P<unit>[A-Za-z]+))?", "-18.78 lbF"),
    (r"(?:,[0-9]+)*", ",1,22,333"),
    (r"\S+ \S+ \S+", "a b c"),
    (r"ES|ET|EL", "ET"),
    (r"[^\d,]+\d+", "abc123"),
]


@pytest.mark.parametrize("text", ENDLESS)
def test_a_pattern_that_may_never_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="may take too long"):
        compile_pattern(text, 200)


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_what_cannot_be_bounded_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not supported"):
        compile_pattern(text, 200)


@pytest.mark.parametrize("text", ["(", "[a", "a{2}{3}", "(?P<1>a)", "*", "[[a]"])
def test_no_regular_expression(text: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        compile_pattern(text, 200)


@pytest.mark.parametrize(("text", "line"), SOUND)
def test_ordinary_patterns_are_taken_even_for_the_longest_line(text: str, line: str) -> None:
    assert compile_pattern(text, 1024).fullmatch(line)


def test_a_shorter_line_allows_more() -> None:
    with pytest.raises(ValueError, match="too long"):
        compile_pattern(".*.*x", 1024)
    assert compile_pattern(".*.*x", 80).fullmatch("abcx")


def quantified(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantifier = st.sampled_from(["", "", "*", "+", "?", "{0,3}", "{2,}", "*?", "*+", "{3,20}"])
    piece = st.tuples(inner, quantifier).map("".join)
    row = st.lists(piece, min_size=1, max_size=4).map("".join)
    group = row.map(lambda text: f"(?:{text})")
    branch = st.lists(row, min_size=2, max_size=3).map(lambda rows: f"(?:{'|'.join(rows)})")
    return group | branch


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\w", r"\d", " "]), quantified, max_leaves=12
)
LINES = st.sampled_from(["a" * 79 + "!", "ab" * 39 + "!", "a" * 40 + "b" * 39 + "!", "b" * 80])


@given(text=PATTERNS, line=LINES)
@examples(300)
def test_whatever_is_accepted_ends_soon(text: str, line: str) -> None:
    try:
        compiled = compile_pattern(text, 80)
    except ValueError:
        return
    begin = time.process_time()
    compiled.fullmatch(line)
    assert time.process_time() - begin < BUSY


@given(st.text(max_size=30))
@examples(300)
def test_any_text_is_a_pattern_or_a_value_error(text: str) -> None:
    try:
        compiled = compile_pattern(text, 80)
    except ValueError:
        return
    assert isinstance(compiled, re.Pattern)
