"""Replies of instruments that speak text, for every bundled profile.

Invariants. Whatever comes: a value, a bad status or a ``DriverError``, in bounded time. Where a
checksum protects the replies, a transcript with one wrong bit gives the values of the transcript
or none.
"""

import asyncio
import functools
from collections.abc import Iterator, Mapping

from drivers.errors import DriverError
from drivers.model import Quality, Sample
from drivers.profile import Transcript
from drivers.registry import available_profiles, build_driver, load_profile
from drivers.text.profile import TextProfile
from drivers.transcript import ScriptedLink
from tests.fuzz.choices import Choices, changed, flipped
from tests.noisy_line import NoisyLine, driver_of, without_delays


@functools.cache
def profiles() -> tuple[TextProfile, ...]:
    """All bundled text profiles, without their rests."""
    loaded = (load_profile(name) for name in available_profiles())
    return tuple(without_delays(p) for p in loaded if isinstance(p, TextProfile))


def target(data: bytes) -> None:
    """Read an instrument that says what the bytes want."""
    choices = Choices(data)
    profile = profiles()[choices.below(len(profiles()))]
    protected = choices.below(2) == 1 and _checked_throughout(profile)
    with asyncio.Runner() as runner:
        runner.run((_one_wrong_bit if protected else _noise)(profile, choices))


def seeds() -> Iterator[bytes]:
    """For each profile: its transcripts undisturbed, and replies of its own in every place."""
    for number, profile in enumerate(profiles()):
        replies = _replies(profile)
        yield bytes([number, 0])
        yield bytes([number, 0, *(choice % len(replies) for choice in range(12))])
        yield from (bytes([number, 1, wrong, wrong * 7, wrong % 8]) for wrong in range(4))


async def _noise(profile: TextProfile, choices: Choices) -> None:
    replies, heard = _replies(profile), list[bytes]()
    for _ in range(12):
        reply = replies[choices.below(len(replies))]
        kind = choices.below(4)
        heard.append(changed(reply, choices) if kind == 1 else reply if kind else choices.piece())
    driver, line = driver_of(profile), NoisyLine(heard)
    plan = driver.plan(list(profile.channel))
    for attempt in (driver.identify, driver.probe):
        try:
            await attempt(line)
        except DriverError:
            continue
    for _ in range(2):
        try:
            _consistent(await driver.read(line, plan))
        except DriverError:
            continue


async def _one_wrong_bit(profile: TextProfile, choices: Choices) -> None:
    transcript = profile.transcript[choices.below(len(profile.transcript))]
    if transcript.operation != "read":
        return
    right = await _read(profile, transcript, transcript.pairs)
    if not right or any(quality is not Quality.GOOD for _, quality in right.values()):
        return  # the transcript of a fault; a bit might put it right
    steps = list(transcript.pairs)
    place = choices.below(len(steps))
    steps[place] = (steps[place][0], flipped(steps[place][1], choices))
    wrong = await _read(profile, transcript, tuple(steps))
    for name, (value, quality) in wrong.items():
        if quality is Quality.GOOD:
            assert right.get(name) == (value, quality), f"{profile.name}: {name} = {value!r}"


def _checked_throughout(profile: TextProfile) -> bool:
    checksum = profile.text.checksum
    asked = [*profile.query.values(), *profile.stream.values()]
    return checksum is not None and not checksum.optional and all(one.checksum for one in asked)


async def _read(
    profile: TextProfile, transcript: Transcript, steps: tuple[tuple[bytes, bytes], ...]
) -> Mapping[str, tuple[object, Quality]]:
    try:
        driver = build_driver(profile, unit=transcript.unit, address=transcript.address)
        sample = await driver.read(ScriptedLink(steps), driver.plan(transcript.read_channels))
    except DriverError:
        return {}
    pairs = zip(transcript.read_channels, sample.values, sample.statuses, strict=True)
    return {name: (value, status.quality) for name, value, status in pairs}


def _replies(profile: TextProfile) -> tuple[bytes, ...]:
    return tuple(received for one in profile.transcript for _, received in one.pairs)


def _consistent(sample: Sample) -> None:
    for value, status in zip(sample.values, sample.statuses, strict=True):
        assert (value is None) == (status.quality is Quality.BAD)
