"""Recognising an instrument that speaks in binary frames, by reading alone."""

from functools import partial

from drivers.asker import Asker
from drivers.binary.codec import Codec
from drivers.binary.dlt645 import PREAMBLE, READ, START
from drivers.binary.driver import BinaryDriver
from drivers.binary.keys import CodecName
from drivers.binary.profile import BinaryProfile

AIBUS_LENGTH, AIBUS_READ = 8, 0x52


def make_asker(profile: BinaryProfile, codec: Codec) -> Asker:
    """What recognises an instrument of this profile."""
    first = codec.probes[0]
    expected = any(marker.expect for marker in profile.marker.values())
    return Asker(
        driver=BinaryDriver(_impatient(profile), codec),
        permits=partial(is_read, name=profile.binary.codec),
        first=codec.request(first),
        length=codec.length(first),
        attempts=1,
        specific=expected or profile.binary.codec == "dlt645-2007",
    )


def _impatient(profile: BinaryProfile) -> BinaryProfile:
    """The profile with the time-out of the line."""
    wire = profile.binary.model_copy(update={"timeout": 0.0})
    return profile.model_copy(update={"binary": wire})


def is_read(data: bytes, name: CodecName) -> bool:
    """Whether a frame is a request to read, and nothing else: 52h of AIBUS, 11h of DL/T 645."""
    if name == "aibus":
        return len(data) == AIBUS_LENGTH and data[0] == data[1] and data[2] == AIBUS_READ
    head = data.removeprefix(PREAMBLE)[:9]
    return head[::7] == bytes([START, START]) and head[8:] == bytes([READ])
