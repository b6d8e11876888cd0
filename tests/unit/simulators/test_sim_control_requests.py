"""Any line sent to a lab is answered with a line; places where it can be sent."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators import Lab, parse_scenario
from simulators.control.perform import answer
from simulators.control.place import Place
from simulators.control.requests import Answer

LAB = """
[lab.wire.line]
tcp = "127.0.0.1:0"
[lab.device.meter]
model = "keithley-2000"
wire = "line"
"""


NOT_RUNNING = Lab(parse_scenario(LAB))
"""It has no devices yet."""


KEYS = ["device", "kind", "values", "speed", "for", "number", "id", "every"]
VALUES = st.sampled_from([None, "", "meter", "silence", -1, 0.5, 1e300, True, [], {"a": 1}])
REQUESTS = st.fixed_dictionaries(
    {"do": st.sampled_from(["list", "state", "set", "fault", "served", "speed"])},
    optional=dict.fromkeys(KEYS, VALUES),
)


@given(st.binary(max_size=80) | REQUESTS.map(msgspec.json.encode))
def test_any_line_is_answered(line: bytes) -> None:
    reply = answer(NOT_RUNNING, line)
    assert msgspec.json.decode(reply, type=Answer)
    assert b"\n" not in reply


def test_what_is_wrong_is_said() -> None:
    def error(line: str) -> str:
        return msgspec.json.decode(answer(NOT_RUNNING, line.encode()), type=Answer).error or ""

    assert "not understood" in error("hello")
    assert "Invalid value 'dance'" in error('{"do":"dance"}')
    assert "unknown field `devise`" in error('{"do":"state","devise":"x"}')
    assert error('{"do":"state","device":"x"}') == "there is no device 'x' in the lab"
    assert error('{"do":"speed","speed":-1}') == "a speed is from 0 to 10000, not -1"


def test_an_answer_has_the_number_of_its_request() -> None:
    reply = msgspec.json.decode(answer(NOT_RUNNING, b'{"do":"speed","id":"a7"}'), type=Answer)
    assert reply == Answer("a7", {"speed": 1.0})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("control", Place(Path("/lab/control"))),
        ("/run/lab:5", Place(Path("/run/lab:5"))),
        ("127.0.0.1:7000", Place(None, "127.0.0.1", 7000)),
        ("localhost:0", Place(None, "localhost", 0)),
        ("[::1]:7000", Place(None, "::1", 7000)),
    ],
)
def test_places(text: str, place: Place) -> None:
    assert Place.parse(text, Path("/lab")) == place
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize("text", ["192.168.1.1:7000", "0.0.0.0:1", "localhost:70000", "", "x" * 99])
def test_no_places(text: str) -> None:
    with pytest.raises(ValueError, match=r"only this machine|no port|a socket's path"):
        Place.parse(text, Path("/a/folder/with/a/name"))
