"""A profile of the binary family as a whole: its tables, and that they fit each other."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Literal

from pydantic import Field, model_validator

from drivers.binary.aibus import DATA_SIZE, LAST_ITEM
from drivers.binary.aibus import FORM as AIBUS_FORM
from drivers.binary.dlt645 import FORM as DLT645_FORM
from drivers.binary.keys import BinaryChannel, FieldSpec, Identify, Marker, Wire
from drivers.misfit import Misfit, refuse
from drivers.profile import ChannelName, Name, Profile, Transcript

FORMS = {"aibus": AIBUS_FORM, "dlt645-2007": DLT645_FORM}
"""What an address looks like in each protocol."""

FEWEST = 2
"""Markers, or data items: after silence the next request must be another than the last."""


class BinaryTranscript(Transcript, frozen=True):
    """A transcript in frames, as hex."""

    encoding: Literal["text", "hex"] = "hex"


class BinaryProfile(Profile, frozen=True):
    """One model of instrument that speaks in binary frames."""

    binary: Wire
    marker: Mapping[Name, Marker] = {}
    channel: Mapping[ChannelName, BinaryChannel] = Field(min_length=1)
    identify: Identify = Identify()
    transcript: tuple[BinaryTranscript, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "BinaryProfile":
        rules = _aibus if self.binary.codec == "aibus" else _dlt645
        refuse([*rules(self), *_statuses(self)])
        return self

    @property
    def address_form(self) -> str:
        """See ``Profile``."""
        return FORMS[self.binary.codec]

    def size(self, item: int) -> int:
        """Bytes of an item's data: up to the end of the last field the profile has there."""
        return max((s.end for s in self.specs.values() if s.item == item), default=0)

    @property
    def items(self) -> tuple[int, ...]:
        """Everything the profile asks for by name, in the order of the file."""
        return tuple(dict.fromkeys(s.item for s in self.specs.values() if s.item is not None))

    def _specs(self) -> Iterator[tuple[str, FieldSpec]]:
        for name, channel in self.channel.items():
            yield f"channel.{name}", channel
        for name, spec in self.identify.fields.items():
            yield f"identify.{name}", spec

    @property
    def specs(self) -> Mapping[tuple[str, str], FieldSpec]:
        """Channels and fields of the identity, by the path of their keys."""
        channels = {("channel", name): spec for name, spec in self.channel.items()}
        identity = {("identify", name): spec for name, spec in self.identify.fields.items()}
        return {**channels, **identity}


def _aibus(profile: BinaryProfile) -> Iterator[Misfit]:
    markers = profile.marker
    if len(markers) < FEWEST:
        text = "AIBUS replies do not say what they answer: two markers are needed"
        yield Misfit(("marker",), text)
    for (name, marker), (other, second) in combinations(markers.items(), 2):
        if marker.overlaps(second):
            yield Misfit(("marker", other, "values"), f"overlap with those of {name}")
    for path, spec in profile.specs.items():
        if spec.end > DATA_SIZE:
            text = f"the value ends beyond the {DATA_SIZE} bytes of a reply"
            yield Misfit((*path, "position"), text)
        if spec.item is not None and spec.item > LAST_ITEM:
            yield Misfit((*path, "item"), f"a parameter is at most {LAST_ITEM:#x}")


def _dlt645(profile: BinaryProfile) -> Iterator[Misfit]:
    if profile.marker:
        yield Misfit(("marker",), "only AIBUS needs markers")
    for path, spec in profile.specs.items():
        if spec.item is None:
            yield Misfit((*path, "item"), "is missing; every reply has one data item")
    if len(profile.items) < FEWEST:
        text = "one data item is too few: after silence another one brings the meter back in step"
        yield Misfit(("channel",), text)


def _statuses(profile: BinaryProfile) -> Iterator[Misfit]:
    """The status of a value lies in the data of the same item."""
    aibus = profile.binary.codec == "aibus"
    for name, channel in profile.channel.items():
        limit = DATA_SIZE if aibus else profile.size(channel.item or 0)
        if channel.status and channel.status.end > limit:
            text = f"it ends beyond the {limit} bytes of the data"
            yield Misfit(("channel", name, "status", "position"), text)
