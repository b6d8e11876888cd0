"""A text profile as a whole: its tables, and that they fit each other."""

import difflib
from collections.abc import Collection, Iterator, Mapping

from pydantic import Field, model_validator

from drivers.profile import ChannelName, Name, Profile
from drivers.text.keys import ADDRESS, LONGEST_REPLY, Identify, Line, Query, TextChannel
from drivers.text.pattern import compile_pattern


class TextProfile(Profile, frozen=True):
    """One model of instrument that speaks text."""

    text: Line = Line()
    query: Mapping[Name, Query] = Field(min_length=1)
    identify: Identify | None = None
    channel: Mapping[ChannelName, TextChannel] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> "TextProfile":
        problems = [*_addresses(self), *_queries(self), *_channels(self), *_identity(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _addresses(profile: TextProfile) -> Iterator[str]:
    commands = [*profile.text.startup, *(query.send for query in profile.query.values())]
    used = any(ADDRESS in command for command in commands)
    if used and not profile.text.address:
        yield f"text.address: missing, although a command contains {ADDRESS}"
    if profile.text.address and not used:
        yield f"text.address: no command contains {ADDRESS}"
    yield from _compiles("text.address", profile.text.address)


def _queries(profile: TextProfile) -> Iterator[str]:
    for name, query in profile.query.items():
        for rule in query.status:
            yield from _known(f"query.{name}.status", rule.field, query.groups, "group")
        terminator = query.reply_terminator
        ended = profile.text.reply_terminator if terminator is None else terminator
        if not ended and query.length is None:
            yield f"query.{name}.length: missing; without reply_terminator a reply needs a length"


def _channels(profile: TextProfile) -> Iterator[str]:
    for name, channel in profile.channel.items():
        key = f"channel.{name}"
        yield from _known(f"{key}.query", channel.query, profile.query, "query")
        if channel.query not in profile.query:
            continue
        groups = profile.query[channel.query].groups
        yield from _known(f"{key}.field", channel.field or name, groups, "group")
        for field in sorted(channel.fields - {channel.field}):
            yield from _known(key, field, groups, "group")


def _identity(profile: TextProfile) -> Iterator[str]:
    if profile.identify is None:
        return
    groups: set[str] = set()
    for name in profile.identify.queries:
        yield from _known("identify.queries", name, profile.query, "query")
        if name in profile.query:
            groups |= profile.query[name].groups
    for field, pattern in profile.identify.expect.items():
        yield from _known("identify.expect", field, groups, "group")
        yield from _compiles(f"identify.expect.{field}", pattern)


def _known(key: str, name: str, names: Collection[str], kind: str) -> Iterator[str]:
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield f"{key}: no {kind} {name!r} (have: {', '.join(sorted(names)) or 'none'}){hint}"


def _compiles(key: str, pattern: str) -> Iterator[str]:
    try:
        compile_pattern(pattern, LONGEST_REPLY)
    except ValueError as error:
        yield f"{key}: {error}"
