"""Every bundled profile does what its transcripts, taken from manuals, say."""

import pytest

from drivers.model import Quality, Status
from drivers.profile import Profile, Transcript
from drivers.registry import available_profiles, load_profile
from drivers.transcript import play

PROFILES = [load_profile(name) for name in available_profiles()]
CASES = [(profile, transcript) for profile in PROFILES for transcript in profile.transcript]


@pytest.mark.parametrize(
    ("profile", "transcript"), CASES, ids=[f"{p.name}: {t.title}" for p, t in CASES]
)
async def test_transcript(profile: Profile, transcript: Transcript) -> None:
    await play(profile, transcript)


@pytest.mark.parametrize("profile", PROFILES, ids=[profile.name for profile in PROFILES])
def test_enough_transcripts(profile: Profile) -> None:
    reads = [transcript for transcript in profile.transcript if transcript.operation == "read"]
    seen = {name for transcript in reads for name in transcript.values}
    assert len(profile.transcript) >= 3
    assert any(_fails(transcript) for transcript in profile.transcript)
    assert seen == set(profile.channel), "a channel without a transcript that shows its value"


def _fails(transcript: Transcript) -> bool:
    reasons = [transcript.error, *transcript.statuses.values()]
    return any(Status.from_reason(r).quality is Quality.BAD for r in reasons if r)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_what_is_plausible_is_stated(profile: Profile) -> None:
    numbers = [c for c in profile.channels if c.kind in ("float", "integer")]
    assert not [c.name for c in numbers if c.low is None or c.high is None]
    assert not [c.name for c in numbers if c.kind == "float" and not c.unit]
