"""Which instruments and which run are meant by what was scanned."""

import pytest
from msgspec.structs import replace

from daq.control.runs import RunMarkRequest, RunResumeRequest, RunStatus, RunStopRequest
from daq.web.data.register import Listed, Register
from daq.web.data.runs import meant_run, named_instruments
from daq.web.errors import WrongFormError
from daq.web.views.run.act import understood

REGISTER = Register(
    site="lab",
    instruments=(
        Listed(name="oven", asset="OV-0001"),
        Listed(name="balance", asset="BA-0007"),
        Listed(name="meter"),
    ),
)


def run(number: int, instrument: str, sample: str, order: str = "") -> RunStatus:
    return RunStatus(
        id=f"20261123-{number}",
        state="running",
        begun=1,
        begun_by="Li",
        operator="Li",
        instruments=(instrument,),
        sample=sample,
        order=order,
    )


def test_a_label_has_the_name_or_the_asset_id() -> None:
    assert named_instruments(REGISTER, ["meter"], "ba-0007, OVEN;meter\n") == (
        *("meter", "balance", "oven"),
    )
    assert named_instruments(REGISTER, [], " ") == ()
    with pytest.raises(WrongFormError, match="No instrument has the name or the asset id “BA-7”"):
        named_instruments(REGISTER, [], "BA-7")


def test_a_label_says_which_run_is_meant() -> None:
    first = run(1, "oven", "S-1", "O-1")
    second = run(2, "balance", "S-2", "O-1")
    ended = replace(run(3, "meter", "S-3"), ended=5, state="ended")
    runs = (first, second, ended)
    for label in ("20261123-1", "s-1", "OV-0001", "oven"):
        assert meant_run(REGISTER, runs, label) == first
    assert meant_run(REGISTER, (second, ended), "") == second
    for label in ("O-1", ""):
        with pytest.raises(WrongFormError, match="Several runs, or none"):
            meant_run(REGISTER, runs, label)
    with pytest.raises(WrongFormError, match="No run that goes on has “S-3”"):
        meant_run(REGISTER, runs, "S-3")


def test_what_a_form_asks_of_a_run() -> None:
    assert understood("r", {"action": "mark", "text": " a \r\nb "}, "Ada") == RunMarkRequest(
        run="r", by="Ada", text="a\nb"
    )
    assert understood("r", {"action": "resume"}, "Ada") == RunResumeRequest(run="r", by="Ada")
    assert understood("r", {"action": "abort", "reason": "smoke"}, "Ada") == RunStopRequest(
        run="r", by="Ada", reason="smoke", outcome="aborted"
    )
