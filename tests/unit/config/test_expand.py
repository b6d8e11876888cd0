import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daq.config.expand import Expanded, expand, expand_text

ENVIRON = {"HOST": "broker", "EMPTY": "", "DOLLAR": "${HOST}"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain $HOST and 5 $", "plain $HOST and 5 $"),
        ("${HOST}", "broker"),
        ("a-${HOST}-${HOST}-b", "a-broker-broker-b"),
        ("${HOST:-other}", "broker"),
        ("${NONE:-other}", "other"),
        ("${NONE:-}", ""),
        ("${EMPTY}", ""),
        ("${EMPTY:-other}", "other"),
        ("${NONE:-127.0.0.1:1883}", "127.0.0.1:1883"),
        ("$${HOST}", "${HOST}"),
        ("$$${HOST}", "$${HOST}"),
        ("${DOLLAR}", "${HOST}"),
    ],
)
def test_text_is_expanded_once(text: str, result: str) -> None:
    assert expand_text(text, ENVIRON) == result


@pytest.mark.parametrize("text", ["${}", "${HOST", "${9X}", "${A B}", "${HOST-x}", "${:-x}"])
def test_a_wrong_form_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not of the form"):
        expand_text(text, ENVIRON)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ValueError, match="environment variable NONE is not set"):
        expand_text("a ${NONE}", ENVIRON)


def test_expand_reaches_every_string_and_reports_where_it_failed() -> None:
    data = {"a": {"b": ["${HOST}", 1, {"c": "${NONE}"}]}, "lab": {"x": "${NONE}"}, "n": 2}
    result, failed = expand(data, ENVIRON, skip=frozenset({"lab"}))
    assert result == {"a": {"b": ["broker", 1, {"c": "${NONE}"}]}, "lab": {"x": "${NONE}"}, "n": 2}
    assert [item.path for item in failed] == [("a", "b", 2, "c")]
    assert isinstance(result["a"]["b"][0], Expanded)


@settings(deadline=None)
@given(st.text("${}:-ABx ", max_size=20))
def test_any_text_expands_or_is_an_error(text: str) -> None:
    try:
        result = expand_text(text, {"A": "1"})
    except ValueError as error:
        message, hint = error.args
        assert message
        assert hint
    else:
        assert result == text or "${" in text


@settings(deadline=None)
@given(st.text(max_size=20))
def test_what_a_variable_holds_is_not_expanded_again(value: str) -> None:
    assert expand_text("<${V}>", {"V": value}) == f"<{value}>"
