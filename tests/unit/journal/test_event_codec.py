import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.journal.codec import CodecError
from daq.journal.entry import Event
from daq.journal.eventcodec import decode_event, encode_event, plain

WORDS = st.text(st.characters(exclude_categories=()))
DATA = st.dictionaries(
    WORDS,
    st.one_of(
        WORDS,
        st.integers(),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)


@given(WORDS, WORDS, WORDS, DATA)
def test_events_come_back_as_they_were(
    kind: str, subject: str, text: str, data: dict[str, str | int | float | bool | None]
) -> None:
    event = Event(
        seq=7, time=8, kind=kind, subject=subject, severity="warning", text=text, data=data
    )
    assert decode_event(7, 8, encode_event(event)) == event


def test_chinese_text_is_legible_in_the_file() -> None:
    event = Event(seq=1, time=2, kind="k", subject="s", severity="info", text="断开", data={})
    assert "断开".encode() in encode_event(event)


def test_what_json_has_no_number_for_becomes_none() -> None:
    assert plain({"a": float("nan"), "b": float("-inf"), "c": 1.5}) == {
        "a": None,
        "b": None,
        "c": 1.5,
    }


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"kind": 1}', b"\xff"])
def test_a_damaged_event_is_one_error(body: bytes) -> None:
    with pytest.raises(CodecError, match="cannot decode event 7"):
        decode_event(7, 8, body)
