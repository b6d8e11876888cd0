"""All that is said to one instrument, made ready for the line."""

from collections.abc import Mapping

import msgspec

from drivers.text.keys import Line, StartWrite
from drivers.text.profile import TextProfile
from drivers.text.request import Request, Source, Speaker


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile asks, tells and hears, at one address, with one setting of the line."""

    queries: Mapping[str, Request]
    identification: tuple[Request, ...]
    wake: tuple[Request, ...]
    startup: tuple[Request, ...]
    sources: Mapping[str, Source]


def make_voice(profile: TextProfile, line: Line, address: str) -> Voice:
    """Make ready what a profile says.

    Raises:
        ProfileError: something cannot be encoded, or a pattern is wrong with this address.
    """
    speaker = Speaker(line, address)
    queries = {name: speaker.query(name, one) for name, one in profile.query.items()}
    names = profile.identify.queries if profile.identify else ()
    return Voice(
        queries=queries,
        identification=tuple(queries[name] for name in names),
        wake=tuple(_told(one, speaker, profile) for one in line.wake),
        startup=tuple(_told(one, speaker, profile) for one in line.startup),
        sources={name: speaker.stream(name, one) for name, one in profile.stream.items()},
    )


def _told(one: str | StartWrite, speaker: Speaker, profile: TextProfile) -> Request:
    if isinstance(one, str):
        return speaker.command(one)
    return speaker.write(one.write, profile.write[one.write])
