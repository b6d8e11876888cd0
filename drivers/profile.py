"""What every profile has in common: head, serial defaults, channels, transcripts.

A profile is one TOML file per model of instrument. Each family of protocol extends ``Profile``
and ``ChannelSpec`` with its own keys (``drivers.modbus.profile``, ``drivers.text.profile``);
``drivers.registry`` picks the family by ``[profile] protocol``.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field, field_validator, model_validator

from drivers.model import Channel, Kind, Value
from drivers.reason import status_of
from drivers.transport.serial_settings import Parity

Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
IdentityField: TypeAlias = Literal["manufacturer", "model", "serial_number", "firmware"]
ChannelName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Table(BaseModel, frozen=True, extra="forbid"):
    """A table of a profile: read once, never changed, and no key it does not know."""


class Head(Table, frozen=True):
    """``[profile]``: which instrument this describes and where its facts come from."""

    name: Name
    """what a configuration calls it; the file is `NAME.toml`"""
    manufacturer: str
    """who makes it"""
    model: str
    """with `manufacturer` the tag `model` of the readings"""
    protocol: Literal["modbus", "text", "binary"]
    """the family"""
    source: tuple[str, ...] = Field(min_length=1)
    """documents and pages the facts come from; where two disagree, which one is followed"""
    description: str = ""
    """in words"""


class SerialDefaults(Table, frozen=True):
    """``[serial]``: how the instrument leaves the factory; a bus may override each."""

    baud: int = Field(default=9600, ge=50, le=4_000_000)
    """bits per second"""
    data_bits: Literal[7, 8] = 8
    """bits of a character"""
    parity: Parity = "none"
    """of a character"""
    stop_bits: Literal[1, 2] = 1
    """after a character"""


class ChannelSpec(Table, frozen=True):
    """``[channel.NAME]``: one quantity. Each family adds keys of its own."""

    unit: str = ""
    """[UCUM](https://ucum.org) code: `"Cel"`, `"%"`, `"kW.h"`, `"Ohm"`"""
    display_unit: str = ""
    """what people read, such as `"°C"`; default: `unit`"""
    kind: Kind | None = None
    """follows from the type; say `"boolean"` for a 0 or 1"""
    low: float | None = None
    """lowest plausible value; one below is `uncertain: implausible`"""
    high: float | None = None
    """highest plausible value; one above is `uncertain: implausible`"""
    resolution: float | None = Field(default=None, gt=0)
    """the smallest step"""
    description: str = ""
    """in words"""

    @model_validator(mode="after")
    def _ordered(self) -> "ChannelSpec":
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        return self

    @property
    def default_kind(self) -> Kind:
        """The kind of value when the profile does not say; a family refines it."""
        return "float"

    def channel(self, name: str) -> Channel:
        """The channel a sample of this profile refers to."""
        return Channel(
            name=name,
            unit=self.unit,
            display_unit=self.display_unit or self.unit,
            kind=self.kind or self.default_kind,
            low=self.low,
            high=self.high,
            resolution=self.resolution,
            description=self.description,
        )


class Step(Table, frozen=True):
    """A step of an exchange: one request and its reply on the line."""

    sent: str
    """what the driver sends; `""` for what comes unasked"""
    received: str = ""
    """what the instrument answers; `""` for silence, or a command that has no reply"""


class Transcript(Table, frozen=True):
    """``[[transcript]]``: an exchange and what it must decode to, without a device."""

    title: str
    """what it shows"""
    source: str
    """where the bytes come from: manual and page, or a public repository"""
    operation: Literal["read", "identify"] = "read"
    """after an `"identify"` the channels that are named, if any, are read"""
    unit: int | None = None
    """the Modbus unit; default 1"""
    address: str | None = None
    """of an instrument of the text or binary family"""
    encoding: Literal["text", "hex"] = "text"
    r"""bytes as text with TOML escapes (`"\r\n"`, `"\u001bP"`), or as hex pairs; default: hex,
    in the text family text"""
    exchange: tuple[Step, ...] = Field(min_length=1)
    """the steps in order"""
    channels: tuple[str, ...] = ()
    """read as one group; default: those in `values` and `statuses`"""
    values: Mapping[str, Value] = {}
    """the expected value of each channel; one that is not here must have none"""
    statuses: Mapping[str, str] = {}
    """the expected reason of each channel; one that is not here must be good"""
    identity: Mapping[IdentityField, str] = {}
    """what an `identify` must find"""
    error: str = ""
    """the reason for which the operation as a whole must fail"""

    @field_validator("statuses")
    @classmethod
    def _known_reasons(cls, statuses: Mapping[str, str]) -> Mapping[str, str]:
        for reason in statuses.values():
            status_of(reason)
        return statuses

    @field_validator("error")
    @classmethod
    def _known_reason(cls, error: str) -> str:
        if error:
            status_of(error)
        return error

    @model_validator(mode="after")
    def _encodable(self) -> "Transcript":
        _ = self.pairs
        return self

    @property
    def pairs(self) -> tuple[tuple[bytes, bytes], ...]:
        """The steps as bytes: request and reply."""
        encode = bytes.fromhex if self.encoding == "hex" else _latin
        return tuple((encode(step.sent), encode(step.received)) for step in self.exchange)

    @property
    def read_channels(self) -> tuple[str, ...]:
        """The channels to read as one group."""
        return self.channels or tuple(dict.fromkeys([*self.values, *self.statuses]))


class AlarmTemplate(BaseModel, frozen=True, extra="allow"):
    """``[alarm.NAME]``: an alarm an instrument of this model gets with `alarms = true`.

    The keys are those of `[alarm.NAME]` of a configuration, but channels stand without the name of
    the instrument, and so do other alarms of the profile. The daemon checks them all.
    """

    type: str
    """the kind"""
    channel: ChannelName | None = None
    """a channel of the profile"""
    set_point: ChannelName | None = None
    """the channel of the set-point, for `type = "deviation"`"""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels it needs."""
        return tuple(name for name in (self.channel, self.set_point) if name is not None)


class Profile(Table, frozen=True):
    """One model of instrument. Families narrow ``channel`` and add their own tables."""

    profile: Head
    serial: SerialDefaults = SerialDefaults()
    channel: Mapping[ChannelName, ChannelSpec] = Field(min_length=1)
    transcript: tuple[Transcript, ...] = ()
    alarm: Mapping[Name, AlarmTemplate] = {}

    @model_validator(mode="after")
    def _watches_what_is_there(self) -> "Profile":
        for name, alarm in self.alarm.items():
            for channel in alarm.channels:
                if channel not in self.channel:
                    there = ", ".join(self.channel)
                    raise ValueError(f'alarm.{name}: no channel "{channel}"; there is: {there}')
        return self

    @property
    def name(self) -> str:
        """The name a configuration uses."""
        return self.profile.name

    @property
    def address_form(self) -> str:
        """What an instrument's address looks like, a regular expression; empty: it has none."""
        return ""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All channels, in the order of the file."""
        return tuple(spec.channel(name) for name, spec in self.channel.items())


def _latin(text: str) -> bytes:
    return text.encode("latin-1")
