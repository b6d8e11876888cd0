from typing import Any

import pytest
from pydantic import ValidationError

from drivers.profile import Profile, Transcript
from drivers.registry import load_profile
from drivers.transcript import TranscriptError, failures, play

RIGHT: dict[str, Any] = {
    "title": "weight",
    "source": "this test",
    "exchange": [{"sent": "SI\r\n", "received": "S S     100.00 g\r\n"}],
    "values": {"weight": 100.0},
}


@pytest.fixture(name="balance", scope="module")
def _balance() -> Profile:
    return load_profile("mettler-sics")


async def test_what_is_right_passes(balance: Profile) -> None:
    await play(balance, Transcript.model_validate(RIGHT))


async def test_hex_is_another_way_to_write_bytes(balance: Profile) -> None:
    steps = [{"sent": "53 49 0D 0A", "received": "53 20 2B 0D 0A"}]
    change = {
        "encoding": "hex",
        "exchange": steps,
        "values": {},
        "statuses": {"weight": "over range"},
    }
    await play(balance, Transcript.model_validate(RIGHT | change))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"values": {"weight": 100.1}}, "expected 100.1 .good., found 100.0"),
        ({"statuses": {"weight": "unstable"}}, "uncertain: unstable"),
        ({"values": {}, "statuses": {"weight": "off"}}, "expected None .bad: off., found 100.0"),
        ({"error": "timeout"}, "timeout expected, but: Sample"),
        ({"exchange": [{"sent": "S\r\n"}]}, "sent b'SI.*but the transcript has b'S"),
        ({"exchange": [{"sent": "SI\r\n"}]}, "no error expected, but.*no reply"),
        ({"exchange": RIGHT["exchange"] * 2}, "not sent: b'SI"),
        ({"exchange": [{"sent": "SI\r\n", "received": "S +\r\n"}]}, "found None .bad: over range"),
        ({"operation": "identify", "values": {}}, "sent b'I4"),
        ({"values": {"wieght": 1}}, "no channel wieght"),
    ],
)
async def test_every_difference_is_told(
    balance: Profile, change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TranscriptError, match=complaint):
        await play(balance, Transcript.model_validate(RIGHT | change))


async def test_a_wrong_identity_is_told(balance: Profile) -> None:
    change = {
        "operation": "identify",
        "values": {},
        "exchange": [
            {"sent": "I4\r\n", "received": 'I4 A "123"\r\n'},
            {"sent": "I2\r\n", "received": "ES\r\n"},
            {"sent": "I3\r\n", "received": "ES\r\n"},
        ],
        "identity": {"serial_number": "124"},
    }
    with pytest.raises(TranscriptError, match=r"expected Identity.*124.*found Identity.*123"):
        await play(balance, Transcript.model_validate(RIGHT | change))


async def test_an_expected_silence(balance: Profile) -> None:
    change: dict[str, Any] = {
        "exchange": [{"sent": "SI\r\n"}],
        "channels": ["weight"],
        "values": {},
        "error": "timeout",
    }
    await play(balance, Transcript.model_validate(RIGHT | change))


async def test_all_failures_of_a_profile_are_listed(balance: Profile) -> None:
    good = Transcript.model_validate(RIGHT)
    bad = Transcript.model_validate(RIGHT | {"values": {"weight": 1.0}})
    assert await failures(balance) == []
    found = await failures(balance.model_copy(update={"transcript": (good, bad, bad)}))
    assert len(found) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"error": "tired"}, "no such reason"),
        ({"statuses": {"weight": "heavy"}}, "no such reason"),
        ({"identity": {"colour": "red"}}, "colour"),
        ({"encoding": "hex"}, "hex"),
        ({"exchange": []}, "at least 1"),
    ],
)
def test_a_transcript_that_cannot_be_played_is_refused(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Transcript.model_validate(RIGHT | change)
