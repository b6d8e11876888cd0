"""A text profile as a whole: its tables, and that they fit each other."""

from collections.abc import Iterator, Mapping

from pydantic import Field, model_validator

from drivers.profile import ChannelName, Name, Profile
from drivers.text.channel import TextChannel
from drivers.text.keys import ADDRESS, LONGEST_REPLY, Identify, Line, Query
from drivers.text.misfit import Misfit, refuse, unknown
from drivers.text.pattern import compile_pattern


class TextProfile(Profile, frozen=True):
    """One model of instrument that speaks text."""

    text: Line = Line()
    query: Mapping[Name, Query] = Field(min_length=1)
    identify: Identify | None = None
    channel: Mapping[ChannelName, TextChannel] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> "TextProfile":
        refuse([*_addresses(self), *_queries(self), *_channels(self), *_identity(self)])
        return self


def _addresses(profile: TextProfile) -> Iterator[Misfit]:
    commands = [*profile.text.startup, *(query.send for query in profile.query.values())]
    used = any(ADDRESS in command for command in commands)
    if used and not profile.text.address:
        yield Misfit(("text", "address"), f"missing, although a command contains {ADDRESS}")
    if profile.text.address and not used:
        yield Misfit(("text", "address"), f"no command contains {ADDRESS}")
    yield from _compiles(("text", "address"), profile.text.address)


def _queries(profile: TextProfile) -> Iterator[Misfit]:
    for name, query in profile.query.items():
        for number, rule in enumerate(query.status):
            if rule.field not in query.groups:
                path = ("query", name, "status", number, "field")
                yield unknown(path, "group", rule.field, query.groups)
        terminator = query.reply_terminator
        ended = profile.text.reply_terminator if terminator is None else terminator
        if not ended and query.length is None:
            yield Misfit(("query", name, "length"), "missing, although replies have no terminator")


def _channels(profile: TextProfile) -> Iterator[Misfit]:
    for name, channel in profile.channel.items():
        query = profile.query.get(channel.query)
        if query is None:
            yield unknown(("channel", name, "query"), "query", channel.query, profile.query)
            continue
        for path, field in _references(name, channel):
            if field not in query.groups:
                yield unknown(("channel", name, *path), "group", field, query.groups)


def _references(name: str, channel: TextChannel) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The groups a channel names, each with the key that names it."""
    yield ("field",), channel.field or name
    if channel.unit_field:
        yield ("unit_field",), channel.unit_field
    for number, rule in enumerate(channel.status):
        yield ("status", number, "field"), rule.field


def _identity(profile: TextProfile) -> Iterator[Misfit]:
    if profile.identify is None:
        return
    groups: set[str] = set()
    for number, name in enumerate(profile.identify.queries):
        if name in profile.query:
            groups |= profile.query[name].groups
        else:
            yield unknown(("identify", "queries", number), "query", name, profile.query)
    for field, pattern in profile.identify.expect.items():
        path = ("identify", "expect", str(field))
        if field not in groups:
            yield unknown(path, "group", field, groups)
        yield from _compiles(path, pattern)


def _compiles(path: tuple[str | int, ...], pattern: str) -> Iterator[Misfit]:
    try:
        compile_pattern(pattern, LONGEST_REPLY)
    except ValueError as error:
        yield Misfit(path, str(error))
