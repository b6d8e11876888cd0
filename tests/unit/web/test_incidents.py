"""What a form asks of an incident."""

import pytest

from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentNoteRequest,
    IncidentTickRequest,
)
from daq.web.errors import WrongFormError
from daq.web.views.incident.act import understood


def test_a_note_keeps_its_lines() -> None:
    asked = understood("20261127-1", {"action": "note", "text": " one \r\ntwo\t\r\n\r\n"}, "Ada")
    assert asked == IncidentNoteRequest(incident="20261127-1", by="Ada", text="one\ntwo")


def test_a_step_is_done_skipped_with_a_reason_or_taken_back() -> None:
    done = understood("i", {"action": "done", "step": "3"}, "Ada")
    assert done == IncidentTickRequest(incident="i", step=3, tick="done", by="Ada")
    skipped = understood("i", {"action": "skipped", "step": "1", "reason": "no door"}, "Ada")
    assert skipped == IncidentTickRequest(
        incident="i", step=1, tick="skipped", by="Ada", reason="no door"
    )
    back = understood("i", {"action": "open", "step": "1"}, "Ada")
    assert isinstance(back, IncidentTickRequest)
    assert back.tick == "open"


def test_closing_says_what_came_of_it() -> None:
    asked = understood("i", {"action": "close", "reason": "all well"}, "Ada")
    assert asked == IncidentCloseRequest(incident="i", by="Ada", reason="all well")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"action": "delete"},
        {"action": "note", "text": " \r\n "},
        {"action": "note", "text": "x" * 1001},
        {"action": "note", "text": "bell \x07"},
        {"action": "close", "reason": ""},
        {"action": "skipped", "step": "1"},
        {"action": "done", "step": "0"},
        {"action": "done", "step": "ten"},
        {"action": "done", "step": "\u0663"},
        {"action": "done"},
    ],
)
def test_what_is_not_complete_is_refused_in_words(given: dict[str, str]) -> None:
    with pytest.raises(WrongFormError, match=r"\w+ \w+"):
        understood("i", given, "Ada")
