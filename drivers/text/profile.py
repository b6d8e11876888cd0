"""A text profile as a whole: its tables."""

from collections.abc import Mapping

from pydantic import Field, model_validator

from drivers.misfit import refuse
from drivers.profile import ChannelName, Name, Profile
from drivers.text import fit
from drivers.text.ask import Ask, Query, Reply, Stream, Write
from drivers.text.channel import TextChannel
from drivers.text.keys import Identify, Line


class TextProfile(Profile, frozen=True):
    """One model of instrument that speaks text."""

    text: Line = Line()
    query: Mapping[Name, Query] = {}
    stream: Mapping[Name, Stream] = {}
    write: Mapping[Name, Write] = {}
    identify: Identify | None = None
    channel: Mapping[ChannelName, TextChannel] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> "TextProfile":
        groups = {name: stream.groups for name, stream in self.stream.items()}
        groups |= {name: query.all_groups for name, query in self.query.items()}
        refuse(
            [
                *fit.addresses(self.text, self._asks),
                *fit.settings(self.text, self.identify),
                *fit.endings(self.text, self._replies),
                *fit.startup(self.text, self.write),
                *fit.rules("query", self.query, groups),
                *fit.rules("stream", self.stream, groups),
                *fit.fresh(self.query, self.channel),
                *fit.streams(self.stream, self.query, self.channel),
                *fit.channels(self.channel, groups),
                *fit.identity(self.identify, self.query),
            ]
        )
        return self

    @property
    def address_form(self) -> str:
        """What an instrument's address looks like; empty when it has none."""
        return self.text.address

    @property
    def _asks(self) -> dict[fit.Path, Ask]:
        """All that is sent, each with its place in the file."""
        asks: dict[fit.Path, Ask] = {("write", name): one for name, one in self.write.items()}
        for name, query in self.query.items():
            asks["query", name] = query
            asks |= {("query", name, "before", n): step for n, step in enumerate(query.before)}
        return asks

    @property
    def _replies(self) -> dict[fit.Path, Reply]:
        """All that is said by the instrument, each with its place in the file."""
        return {**self._asks, **{("stream", name): one for name, one in self.stream.items()}}
