"""Frames of the binary families, AIBUS and DL/T 645.

Invariants. Whatever comes: a value, a bad status or a ``DriverError``. A transcript with one wrong
bit gives its own values or none: both protocols end a frame with a sum that one bit changes.
"""

import functools
from collections.abc import Iterator, Mapping

from drivers.binary.profile import BinaryProfile
from drivers.errors import DriverError
from drivers.model import Quality
from drivers.profile import Transcript
from drivers.registry import available_profiles, build_driver, load_profile
from drivers.transcript import ScriptedLink
from drivers.transport.link import Settings
from tests.fuzz.choices import Choices, changed, flipped
from tests.modbus_lab import Say, memory_link
from tests.virtual_time import run_virtual

READS = 6


@functools.cache
def profiles() -> tuple[BinaryProfile, ...]:
    """All bundled binary profiles."""
    loaded = (load_profile(name) for name in available_profiles())
    return tuple(p for p in loaded if isinstance(p, BinaryProfile))


def target(data: bytes) -> None:
    """Read an instrument that says what the bytes want."""
    choices = Choices(data)
    profile = profiles()[choices.below(len(profiles()))]
    run_virtual((_one_wrong_bit if choices.below(2) else _noise)(profile, choices))


def seeds() -> Iterator[bytes]:
    """For each profile: replies of its own in every place, whole and changed."""
    for number, profile in enumerate(profiles()):
        yield from (bytes([number, 0, kind] * 2) + bytes(range(40)) for kind in range(4))
        yield from (bytes([number, 1, one]) for one in range(len(profile.transcript)))


async def _noise(profile: BinaryProfile, choices: Choices) -> None:
    transcript = profile.transcript[choices.below(len(profile.transcript))]
    replies = [received for _, received in transcript.pairs]

    def far(_request: bytes, say: Say) -> None:
        reply = replies[choices.below(len(replies))]
        match choices.below(4):
            case 0:
                say(reply, choices.below(16) / 10)
            case 1:
                say(changed(reply, choices), 0.0)
            case 2:
                say(choices.piece() + reply, 0.0)
            case _:
                say(choices.piece(16) * choices.below(64), 0.0)

    link, _ = memory_link(far, Settings(timeout=0.5, quiet=0.1))
    driver = build_driver(profile, address=transcript.address)
    plan = driver.plan(list(profile.channel))
    for _ in range(READS):
        try:
            await (driver.identify(link) if choices.below(4) == 0 else driver.read(link, plan))
        except DriverError:
            continue
        if not choices:
            break
    await link.close()


async def _one_wrong_bit(profile: BinaryProfile, choices: Choices) -> None:
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


async def _read(
    profile: BinaryProfile, transcript: Transcript, steps: tuple[tuple[bytes, bytes], ...]
) -> Mapping[str, tuple[object, Quality]]:
    try:
        driver = build_driver(profile, address=transcript.address)
        sample = await driver.read(ScriptedLink(steps), driver.plan(transcript.read_channels))
    except DriverError:
        return {}
    pairs = zip(transcript.read_channels, sample.values, sample.statuses, strict=True)
    return {name: (value, status.quality) for name, value, status in pairs}
