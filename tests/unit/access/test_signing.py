from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from daq.access.errors import NotSignedError
from daq.access.signing import MEANINGS, Meaning, check_signing, is_genuine, signed_digest
from daq.runs.run import Mark, Pause, Run, Signature

RUN = Run(
    id="20261127-1",
    begun=1,
    begun_by="op",
    operator="op",
    instruments=("chamber",),
    sample="S-1",
    marks=(Mark(2, "helper", "door opened"),),
    pauses=(Pause(begin=3, by="op", why="", end=4, resumed_by="other"),),
    ended=5,
    ended_by="op",
    outcome="completed",
    first=10,
    last=20,
)


def signature(run: Run, by: str, meaning: str) -> Signature:
    return Signature(time=9, by=by, meaning=meaning, digest=signed_digest(run, by, meaning))


def signed(*given: tuple[str, str]) -> Run:
    return replace(RUN, signatures=tuple(signature(RUN, *one) for one in given))


def test_the_form_of_what_is_signed_does_not_change() -> None:
    """Signatures of years ago are checked with it: a change of this number needs another form."""
    expected = "57b629988163793c06778bdf85a05affbc748eaf67ad2a5a1a037d3857277084"
    assert signed_digest(RUN, "op", "performed") == expected


def test_a_signature_holds_for_this_run_this_person_and_this_meaning() -> None:
    given = signature(RUN, "op", "performed")
    assert is_genuine(RUN, given)
    assert is_genuine(signed(("op", "performed"), ("li", "reviewed")), given)
    for other in (
        replace(given, by="li"),
        replace(given, meaning="approved"),
        replace(given, digest="0" * 64),
    ):
        assert not is_genuine(RUN, other)


CHANGES: dict[str, Any] = {
    "id": "20261127-2",
    "begun": 2,
    "begun_by": "x",
    "operator": "x",
    "instruments": ("balance",),
    "sample": "S-2",
    "order": "x",
    "standard": "x",
    "method": "x",
    "programme": "x",
    "cost_centre": "x",
    "why": "x",
    "marks": (),
    "pauses": (),
    "ended": 6,
    "ended_by": "x",
    "outcome": "aborted",
    "conclusion": "x",
    "first": 11,
    "last": 21,
}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_no_field_of_the_run_can_be_changed_after_it(field: str) -> None:
    given = signature(RUN, "op", "performed")
    assert not is_genuine(replace(RUN, **{field: CHANGES[field]}), given)


def test_every_field_is_signed() -> None:
    assert set(CHANGES) == set(Run.__struct_fields__) - {"signatures"}


@given(st.text(), st.text())
def test_no_two_people_have_one_digest(one: str, other: str) -> None:
    one, other = (text.encode("utf-8", "ignore").decode() for text in (one, other))
    same = signed_digest(RUN, one, "performed") == signed_digest(RUN, other, "performed")
    assert same == (one == other)


def test_performed_then_reviewed_then_approved() -> None:
    check_signing(RUN, "op", "performed")
    check_signing(signed(("op", "performed")), "li", "reviewed")
    check_signing(signed(("op", "performed"), ("li", "reviewed")), "li", "approved")


@pytest.mark.parametrize(
    ("run", "by", "meaning", "said"),
    [
        (replace(RUN, ended=0), "op", "performed", "goes on"),
        (RUN, "li", "reviewed", "signed as performed before"),
        (signed(("op", "performed")), "li", "approved", "signed as reviewed before"),
        (signed(("op", "performed")), "op", "performed", "already"),
        (signed(("op", "performed")), "op", "reviewed", "took part"),
        (signed(("op", "performed")), "helper", "reviewed", "took part"),
        (signed(("op", "performed")), "other", "reviewed", "took part"),
        (signed(("li", "performed")), "li", "reviewed", "took part"),
        (signed(("op", "performed"), ("li", "reviewed")), "op", "approved", "took part"),
    ],
)
def test_what_cannot_be_signed_so_is_said(run: Run, by: str, meaning: Meaning, said: str) -> None:
    with pytest.raises(NotSignedError, match=said):
        check_signing(run, by, meaning)


def test_a_signature_on_something_else_counts_for_nothing() -> None:
    forged = replace(signature(RUN, "op", "performed"), digest="0" * 64)
    with pytest.raises(NotSignedError, match="signed as performed before"):
        check_signing(replace(RUN, signatures=(forged,)), "li", "reviewed")
    check_signing(replace(RUN, signatures=(forged,)), "op", "performed")


def test_meanings_are_those_of_the_table() -> None:
    assert MEANINGS == ("performed", "reviewed", "approved")
