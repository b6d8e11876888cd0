"""``[runs]``: what may stand there."""

import pytest
from pydantic import ValidationError

from daq.config.runs import RunCodes, RunsConfig


def test_what_stands_there_when_nothing_does() -> None:
    config = RunsConfig()
    assert (config.required, config.shared) == ((), False)
    assert dict(config.codes) == {
        "start": "RUN-START",
        "pause": "RUN-PAUSE",
        "resume": "RUN-RESUME",
        "stop": "RUN-STOP",
    }


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ({"start": "GO", "stop": "GO"}, '"GO" is there twice'),
        ({"start": " GO"}, "without blanks around it"),
        ({"start": ""}, "must be what the scanner types"),
        ({"begin": "GO"}, "begin"),
    ],
)
def test_a_code_is_one_word_of_its_own(codes: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RunCodes(**codes)
