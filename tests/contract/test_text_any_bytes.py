"""Every bundled text profile, whatever bytes come: a value, a bad status or a driver error."""

import asyncio
import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import DriverError
from drivers.model import Quality
from drivers.registry import available_profiles, load_profile
from drivers.text.profile import TextProfile
from tests.noisy_line import NoisyLine, driver_of, without_delays

BUSY = 2.0
"""Seconds of processor time no reading may take."""


def bundled() -> dict[str, TextProfile]:
    profiles = {name: load_profile(name) for name in available_profiles()}
    return {name: p for name, p in profiles.items() if isinstance(p, TextProfile)}


PROFILES = bundled()


def mangled(piece: bytes, at: int, what: bytes) -> bytes:
    at %= len(piece) + 1
    return piece[:at] + what + piece[at + 1 :]


def noise(profile: TextProfile) -> st.SearchStrategy[list[bytes]]:
    heard = [received for one in profile.transcript for _, received in one.pairs]
    seen = st.sampled_from(heard)
    broken = st.builds(mangled, seen, st.integers(0, 300), st.binary(max_size=3))
    return st.lists(seen | broken | st.binary(max_size=40), max_size=12)


async def read(profile: TextProfile, pieces: list[bytes]) -> None:
    driver, line = driver_of(profile), NoisyLine(pieces)
    plan = driver.plan(list(profile.channel))
    for _ in range(2):
        try:
            sample = await driver.read(line, plan)
        except DriverError:
            continue
        for value, status in zip(sample.values, sample.statuses, strict=True):
            assert (value is None) == (status.quality is Quality.BAD)


@pytest.mark.parametrize("name", PROFILES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_bytes_are_read(name: str, data: st.DataObject) -> None:
    profile = PROFILES[name]
    begin = time.process_time()
    with asyncio.Runner() as runner:
        runner.run(read(without_delays(profile), data.draw(noise(profile))))
    assert time.process_time() - begin < BUSY


@pytest.mark.parametrize("name", PROFILES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_bytes_are_an_identity_or_an_error(name: str, data: st.DataObject) -> None:
    profile = PROFILES[name]

    async def identify(pieces: list[bytes]) -> None:
        with contextlib.suppress(DriverError):
            assert await driver_of(without_delays(profile)).identify(NoisyLine(pieces))

    with asyncio.Runner() as runner:
        runner.run(identify(data.draw(noise(profile))))
