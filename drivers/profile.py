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
    manufacturer: str
    model: str
    protocol: Literal["modbus", "text", "binary"]
    source: tuple[str, ...] = Field(min_length=1)
    description: str = ""


class SerialDefaults(Table, frozen=True):
    """``[serial]``: how the device leaves the factory; a bus may override each."""

    baud: int = Field(default=9600, ge=50, le=4_000_000)
    data_bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1


class ChannelSpec(Table, frozen=True):
    """``[channel.NAME]``: the keys every family has. See ``drivers.model.Channel``."""

    unit: str = ""
    display_unit: str = ""
    kind: Kind | None = None
    low: float | None = None
    high: float | None = None
    resolution: float | None = Field(default=None, gt=0)
    description: str = ""

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
    """One request and its reply on the line; ``received`` empty means silence."""

    sent: str
    received: str = ""


class Transcript(Table, frozen=True):
    """``[[transcript]]``: an exchange and what it must decode to; tests a profile with no device.

    ``exchange`` holds the steps in order, as text or (``encoding = "hex"``) as hex pairs with
    spaces. ``channels`` are read as one scan group (default: those with an expected value or
    status). ``values`` and ``statuses`` state what the sample must hold; a channel without a
    status is expected good, one without a value is expected to have none. ``error`` is the
    reason (``timeout``) when the read as a whole must fail instead. With ``operation``
    ``identify``, ``identity`` holds the expected fields; channels named are read afterwards.
    """

    title: str
    source: str
    operation: Literal["read", "identify"] = "read"
    unit: int | None = None
    address: str | None = None
    encoding: Literal["text", "hex"] = "text"
    exchange: tuple[Step, ...] = Field(min_length=1)
    channels: tuple[str, ...] = ()
    values: Mapping[str, Value] = {}
    statuses: Mapping[str, str] = {}
    identity: Mapping[IdentityField, str] = {}
    error: str = ""

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


class Profile(Table, frozen=True):
    """One model of instrument. Families narrow ``channel`` and add their own tables."""

    profile: Head
    serial: SerialDefaults = SerialDefaults()
    channel: Mapping[ChannelName, ChannelSpec] = Field(min_length=1)
    transcript: tuple[Transcript, ...] = ()

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
