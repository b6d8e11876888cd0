"""That the tables of a text profile fit each other."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from drivers.misfit import Misfit, unknown
from drivers.text.ask import Ask, Query, Reply, Stream, Write
from drivers.text.channel import TextChannel
from drivers.text.form import ADDRESS, LONGEST_REPLY, PREFIX
from drivers.text.keys import Identify, Line, StartWrite
from drivers.text.pattern import compile_pattern

Path: TypeAlias = tuple[str | int, ...]


def addresses(line: Line, asks: Mapping[Path, Ask]) -> Iterator[Misfit]:
    """Commands have an address when the line has one, and no other way round."""
    commands = [one for one in (*line.wake, *line.startup) if isinstance(one, str)]
    commands += [ask.send for ask in asks.values()]
    used = any(ADDRESS in command or PREFIX in command for command in commands)
    if used and not line.address:
        yield Misfit(("text", "address"), f"missing, although a command contains {ADDRESS}")
    if line.address and not used:
        yield Misfit(("text", "address"), f"no command contains {ADDRESS}")
    if any(PREFIX in command for command in commands) and ADDRESS not in line.prefix:
        yield Misfit(("text", "prefix"), f"{PREFIX} is used, so it must contain {ADDRESS}")
    yield from _compiles(("text", "address"), line.address)


def settings(line: Line, identify: Identify | None) -> Iterator[Misfit]:
    """What the identification finds out needs one."""
    if line.checksum and line.checksum.optional and identify is None:
        path = ("text", "checksum", "optional")
        yield Misfit(path, "only [identify] can find out whether there are checksums")


def endings(line: Line, replies: Mapping[Path, Reply]) -> Iterator[Misfit]:
    """Every reply has an end."""
    for path, reply in replies.items():
        terminator = reply.reply_terminator
        ended = line.reply_terminator if terminator is None else terminator
        if reply.reply and not ended and reply.length is None:
            yield Misfit((*path, "length"), "missing, although replies have no terminator")


def rules(
    table: str, queries: Mapping[str, Query | Stream], groups: Mapping[str, frozenset[str]]
) -> Iterator[Misfit]:
    """The rules of a query or stream name fields there are."""
    for name, one in queries.items():
        for number, rule in enumerate(one.status):
            path = (table, name, "status", number, "field")
            yield from _group(path, rule.field, name, groups)


def channels(
    channel: Mapping[str, TextChannel], groups: Mapping[str, frozenset[str]]
) -> Iterator[Misfit]:
    """Channels name queries and fields there are."""
    for name, one in channel.items():
        if one.query not in groups:
            yield unknown(("channel", name, "query"), "query", one.query, groups)
            continue
        own = one.field or name
        if own not in groups[one.query]:
            yield unknown(("channel", name, "field"), "group", own, groups[one.query])
        for path, field in _references(one):
            yield from _group(("channel", name, *path), field, one.query, groups)


def fresh(query: Mapping[str, Query], channel: Mapping[str, TextChannel]) -> Iterator[Misfit]:
    """Values are read in each scan; only what is said about them may be remembered."""
    for name, one in channel.items():
        if one.query in query and query[one.query].once:
            yield Misfit(("channel", name, "query"), f"{one.query} is asked only once")


def streams(
    stream: Mapping[str, Stream],
    query: Mapping[str, Query],
    channel: Mapping[str, TextChannel],
) -> Iterator[Misfit]:
    """A profile listens or asks: what is said unasked would be taken for a reply."""
    for name in stream:
        if name in query:
            yield Misfit(("stream", name), "there is a query of that name")
    for name, one in channel.items():
        if stream and one.query in query:
            hint = "leave the asking to another profile"
            path = ("channel", name, "query")
            yield Misfit(path, "is asked for, while channels of streams are listened to", hint)


def startup(line: Line, write: Mapping[str, Write]) -> Iterator[Misfit]:
    """The start-up names writes there are; what is only to wake up is not waited for."""
    for key, commands in (("wake", line.wake), ("startup", line.startup)):
        for number, one in enumerate(commands):
            path = ("text", key, number, "write")
            if isinstance(one, StartWrite) and one.write not in write:
                yield unknown(path, "write", one.write, write)
            elif isinstance(one, StartWrite) and key == "wake" and write[one.write].reply:
                yield Misfit(path, f"{one.write} has a reply, which nobody would read")


def identity(identify: Identify | None, query: Mapping[str, Query]) -> Iterator[Misfit]:
    """The identification names queries and fields there are."""
    if identify is None:
        return
    groups: set[str] = set()
    for number, name in enumerate(identify.queries):
        if name in query:
            groups |= query[name].all_groups
        else:
            yield unknown(("identify", "queries", number), "query", name, query)
    first = query.get(identify.queries[0])
    if first and first.silence is not None:
        yield Misfit(("identify", "queries", 0), "its silence has a meaning, so it proves nothing")
    for field, pattern in identify.expect.items():
        path = ("identify", "expect", str(field))
        if field not in groups:
            yield unknown(path, "group", field, groups)
        yield from _compiles(path, pattern)


def _references(channel: TextChannel) -> Iterator[tuple[Path, str]]:
    """The groups of any query that a channel names, each with the key that names it."""
    if channel.unit_field:
        yield ("unit_field",), channel.unit_field
    for number, rule in enumerate(channel.status):
        yield ("status", number, "field"), rule.field


def _group(
    path: Path, name: str, own: str, groups: Mapping[str, frozenset[str]]
) -> Iterator[Misfit]:
    query, dot, group = name.rpartition(".")
    if dot and query not in groups:
        yield unknown(path, "query", query, groups)
    elif group not in groups[query if dot else own]:
        yield unknown(path, "group", group, groups[query if dot else own])


def _compiles(path: Path, pattern: str) -> Iterator[Misfit]:
    try:
        compile_pattern(pattern, LONGEST_REPLY)
    except ValueError as error:
        yield Misfit(path, str(error))
